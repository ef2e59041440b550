#!/bin/bash
# All that waits for a GPU, in one command of at most 590 seconds, on a machine that has torch, CuPy and pytest:
#
#     bash bench/gpu_run.sh          (make gpu)
#
# OUT (default: gpu-results) gets summary.txt, one line a step, and results.tgz, the logs and bench/results; both are
# written anew after each step, so that an end from outside loses only what runs. Nothing is fetched or installed. Steps
# that measure run alone; those that only say right or wrong run side by side. A step ends with 77 where what it needs is
# not there, and with 124 where its time is over: then its whole process group ends. The rest goes to a training.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${OUT:=gpu-results}" "${STRETCH:=1}"  # STRETCH=4 gives each step four times its seconds, for a slow machine
: "${LIMIT:=$((575 * STRETCH))}"
if [ -z "${PY:-}" ]; then PY=python3; [ -x .venv/bin/python ] && PY=.venv/bin/python; fi
mkdir -p "$OUT" && OUT=$(cd "$OUT" && pwd) || exit 1
LOGS=$(mktemp -d) TRAINING=$(mktemp -d) BEGUN=$SECONDS
trap 'rm -rf "$LOGS" "$TRAINING"' EXIT
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 \
       MPLBACKEND=Agg FLOWLAB_PROFILE=gpu FLOWLAB_TYPECHECK=0 FLOWLAB_BUDGET_FACTOR=20 FLOWLAB_PROGRESS="$LOGS/progress.json"
: >"$OUT/summary.txt"

now() { echo $((SECONDS - BEGUN)); }
step() {  # NAME SECONDS COMMAND...
  local name=$1 limit=$(($2 * STRETCH)) left=$((LIMIT - $(now))) begun=$SECONDS code
  shift 2
  [ "$limit" -gt "$left" ] && limit=$left
  if [ "$limit" -lt 5 ]; then echo "no time was left for it" >"$LOGS/$name.log"; code=124
  elif ! command -v "$1" >/dev/null; then echo "refused: $1 is not on the path" >"$LOGS/$name.log"; code=77
  else timeout -k 10 "$limit" "$@" >"$LOGS/$name.log" 2>&1; code=$?; fi
  printf '%-12s exit %-4s after %4s s (at %4s s)  %s\n' "$name" "$code" $((SECONDS - begun)) "$(now)" \
         "$(tail -n 1 "$LOGS/$name.log" | cut -c 1-150)" | tee -a "$OUT/summary.txt"
  cp "$TRAINING"/run/{config.json,log.jsonl,model.md} "$LOGS" 2>/dev/null
  tar -czf "$OUT/$name.part" -C "$LOGS" . -C "$PWD" bench/results && mv "$OUT/$name.part" "$OUT/results.tgz"
}

TEST="$PY -m pytest -q -p no:cacheprovider -W default"  # a warning of another version must not fail a test
timeout 60 $PY -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' && CHAPTERS=gpu || CHAPTERS=laptop
step 00-machine 40 bash -c "nvidia-smi; uname -a; nproc; $PY -m flowlab doctor"
step 01-smoke   70 $PY bench/gpu_smoke.py
step 10-corr    75 $PY bench/correlation_cuda.py
step 11-ncu     60 ncu --clock-control none --set full -k 'regex:corr' -c 3 $PY bench/gpu_smoke.py --once
step 12-infer   60 $PY bench/inference_cuda.py
step 13-chairs  75 $PY bench/chairs_cuda.py
SIDE_BY_SIDE=150
step 20-kernels $SIDE_BY_SIDE $TEST tests/kernels/test_gpu.py -k "not sanitizer" &
step 21-package $SIDE_BY_SIDE $TEST -m gpu tests/chairs tests/training tests/models tests/datasets tests/cli \
                              tests/course/test_session.py &
for tool in memcheck racecheck; do
  PYTORCH_NO_CUDA_MEMORY_CACHING=1 step 22-$tool $SIDE_BY_SIDE \
    compute-sanitizer --tool $tool --error-exitcode 9 $PY -m tests.kernels.on_gpu &
done
for chapter in 07 09 10 11; do
  step 23-ch$chapter $SIDE_BY_SIDE env FLOWLAB_PROFILE=$CHAPTERS $PY bench/gpu_chapter.py $chapter &
done
wait
left=$((LIMIT - $(now))) tenths=$(((LIMIT - $(now) - 60) / 6))  # of a minute
[ $left -lt 100 ] && left=0  # pictures, probe and validation alone take a minute
step 30-train $left $PY bench/train_cuda.py --width 1 --minutes $((tenths / 10)).$((tenths % 10)) --out "$TRAINING/run"
echo "logs and figures: $OUT/results.tgz"
grep -q 'exit 0 ' "$OUT/summary.txt" && ! grep -qv 'exit 0 ' "$OUT/summary.txt"
