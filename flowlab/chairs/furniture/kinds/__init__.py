"""Every kind of chair that the workshop can make, and how often it makes it."""

from flowlab.chairs.furniture.kinds import outdoors, shells, steel, upholstered, wooden

# Name: who makes it, and its weight. Dining chairs come in a hundred shapes, so they come often.
KINDS = {
    "dining": (wooden.dining, 6.0),
    "windsor": (wooden.windsor, 1.5),
    "rocker": (wooden.rocker, 1.0),
    "stool": (wooden.stool, 1.0),
    "bench": (outdoors.bench, 0.8),
    "folding": (outdoors.folding, 1.0),
    "adirondack": (outdoors.adirondack, 0.6),
    "throne": (wooden.throne, 1.2),
    "school": (outdoors.school, 1.0),
    "club": (upholstered.club, 1.5),
    "wing": (upholstered.wing, 0.7),
    "slipper": (upholstered.slipper, 1.2),
    "lounge": (upholstered.lounge, 1.0),
    "barcelona": (upholstered.barcelona, 0.5),
    "sling": (steel.sling, 0.9),
    "cantilever": (steel.cantilever, 1.5),
    "office": (steel.office, 2.5),
    "barstool": (steel.barstool, 1.0),
    "tulip": (shells.tulip, 0.6),
    "shell": (shells.shell, 1.5),
    "wire": (shells.wire, 0.6),
    "bistro": (steel.bistro, 1.0),
    "garden": (outdoors.garden, 0.6),
}
