// Makes a CPU build of torch believe in two CUDA devices, whose memory is the CPU's.
//
// A tensor there is a plain torch.Tensor with device cuda:0 and the dispatch key CUDA: what torch itself does with
// devices (autograd's threads, autocast, generators, pinned memory, .numpy() and its refusal) is torch's own code.
// This file adds what CUDA's library would: devices to count and switch, generators, and the two views of one memory
// through which dispatch.py computes on the CPU. It must be loaded before torch is imported.

#include <Python.h>

#include <atomic>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/TensorBase.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/autograd/python_variable.h>

namespace {
constexpr c10::DeviceIndex COUNT = 2;
thread_local c10::DeviceIndex current = 0;
std::atomic<long long> allocated{0}, peak{0};

c10::Device card(int index) { return c10::Device(c10::DeviceType::CUDA, index < 0 ? current : index); }

// Streams and events are played by api.py: what torch's engine wants of them here is nothing.
struct Guard final : c10::impl::DeviceGuardImplInterface {
  c10::DeviceType type() const override { return c10::DeviceType::CUDA; }
  c10::DeviceIndex deviceCount() const noexcept override { return COUNT; }
  c10::Device getDevice() const override { return card(-1); }
  void setDevice(c10::Device d) const override { uncheckedSetDevice(d); }
  void uncheckedSetDevice(c10::Device d) const noexcept override {
    if (d.has_index()) current = d.index();
  }
  c10::Device exchangeDevice(c10::Device d) const override {
    const c10::Device before = getDevice();
    setDevice(d);
    return before;
  }
  c10::Stream getStream(c10::Device d) const override { return c10::Stream(c10::Stream::DEFAULT, card(d.index())); }
  c10::Stream exchangeStream(c10::Stream s) const override { return s; }
  void record(void**, const c10::Stream&, const c10::DeviceIndex, const c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  void destroyEvent(void*, const c10::DeviceIndex) const noexcept override {}
  bool queryStream(const c10::Stream&) const override { return true; }
  void synchronizeStream(const c10::Stream&) const override {}
};

struct Chance final : at::CPUGeneratorImpl {
  explicit Chance(int index) {
    device_ = card(index);
    key_set_ = c10::DispatchKeySet(c10::DispatchKey::CUDA);
  }
};
}  // namespace

namespace at {
struct StandIn final : CUDAHooksInterface {
  explicit StandIn(CUDAHooksArgs) {}
  void init() const override {}
  bool hasCUDA() const override { return true; }
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(DeviceIndex) const override { return true; }
  DeviceIndex deviceCount() const override { return COUNT; }
  int getNumGPUs() const override { return COUNT; }
  DeviceIndex current_device() const override { return current; }
  DeviceIndex getCurrentDevice() const override { return current; }
  Allocator* getPinnedMemoryAllocator() const override { return GetCPUAllocator(); }
  Generator getNewGenerator(DeviceIndex i) const override { return make_generator<Chance>(i); }
  const Generator& getDefaultGenerator(DeviceIndex i) const override {
    static const Generator all[COUNT] = {make_generator<Chance>(0), make_generator<Chance>(1)};
    return all[card(i).index()];
  }
};
C10_REGISTER_CLASS(CUDAHooksRegistry, CUDAHooks, StandIn)
}  // namespace at

C10_REGISTER_GUARD_IMPL(CUDA, Guard)

namespace {
void give_back(void* held) {
  auto* storage = static_cast<c10::Storage*>(held);
  allocated -= storage->nbytes();
  delete storage;
}

// The same memory as a storage of the other device.
c10::Storage other_side(const c10::Storage& from, c10::Device where) {
  if (from.data_ptr().get_deleter() == &give_back) return *static_cast<c10::Storage*>(from.data_ptr().get_context());
  allocated += from.nbytes();
  if (allocated > peak) peak = allocated.load();
  c10::DataPtr memory(from.data_ptr().get(), new c10::Storage(from), &give_back, where);
  return c10::Storage(c10::Storage::use_byte_size_t(), from.nbytes(), std::move(memory), nullptr, false);
}
}  // namespace

extern "C" {
// A tensor over the same memory, on cuda:index or, where it is negative, on the CPU. A view of `like`, if that is not
// None, has its storage and its keys, which say whether autograd may follow.
PyObject* standin_seen_from(PyObject* tensor, int index, PyObject* like) {
  const at::TensorBase& t = THPVariable_Unpack(tensor);
  at::TensorBase made;
  if (like != Py_None) {
    const at::TensorBase& base = THPVariable_Unpack(like);
    made = at::detail::make_tensor_base<c10::TensorImpl>(
        c10::TensorImpl::VIEW, c10::Storage(base.storage()), base.key_set(), t.dtype());
  } else {
    const c10::Device where = index < 0 ? c10::Device(c10::DeviceType::CPU) : card(index);
    const auto key = index < 0 ? c10::DispatchKey::CPU : c10::DispatchKey::CUDA;
    made = at::detail::make_tensor_base<c10::TensorImpl>(
        other_side(t.storage(), where), c10::DispatchKeySet(key), t.dtype());
  }
  made.unsafeGetTensorImpl()->set_sizes_and_strides(t.sizes(), t.strides(), t.storage_offset());
  return THPVariable_Wrap(made);
}

// Give a tensor the memory and the shape of another, as an out= argument that was empty gets them.
void standin_become(PyObject* tensor, PyObject* other) {
  auto* to = THPVariable_Unpack(tensor).unsafeGetTensorImpl();
  const at::TensorBase& from = THPVariable_Unpack(other);
  to->set_storage_keep_dtype(from.storage());
  to->set_sizes_and_strides(from.sizes(), from.strides(), from.storage_offset());
}

int standin_device() { return current; }
void standin_set_device(int index) { current = index; }
int standin_count() { return COUNT; }
long long standin_allocated() { return allocated; }
long long standin_peak() { return peak; }
void standin_reset_peak() { peak = allocated.load(); }
}
