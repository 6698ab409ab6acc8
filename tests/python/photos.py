"""Makes photos that tell where they were taken, and reads what a photo tells, with another library than Ieum's own code.

    python tests/python/photos.py make FOLDER
    python tests/python/photos.py read FILE...      prints a JSON object per file
"""

import hashlib
import json
import pathlib
import sys

from PIL import Image, ImageOps
from PIL.ExifTags import IFD, Base
from PIL.PngImagePlugin import PngInfo


def make(folder):
    picture = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    exif = picture.getexif()
    exif[Base.Orientation] = 6
    exif[Base.Model] = "PLANTED telephone"
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (37.0, 34.0, 56.0), 3: "E", 4: (126.0, 56.0, 12.0)})
    told = {"exif": exif, "icc_profile": b"PLANTED colours" + bytes(200), "comment": b"PLANTED comment",
            "xmp": b"<x:xmpmeta>PLANTED 37.58</x:xmpmeta>"}
    for name, more in [("plain.jpg", {}), ("progressive.jpg", {"progressive": True}),
                       ("restarts.jpg", {"restart_marker_rows": 1})]:
        path = pathlib.Path(folder, name)
        picture.save(path, quality=90, **told, **more)
        # Telephones keep a film of the moment behind the picture.
        path.write_bytes(path.read_bytes() + b"PLANTED film")
    # Which side is up is a JPEG's affair: screens are upright.
    del exif[Base.Orientation]
    texts = PngInfo()
    texts.add_text("Comment", "PLANTED text")
    texts.add_itxt("XML:com.adobe.xmp", "PLANTED 37.58", zip=True)
    picture.save(pathlib.Path(folder, "screen.png"), pnginfo=texts, exif=exif)


def read(path):
    with Image.open(path) as image:
        image.load()
        exif = image.getexif()
        kept = {key: value for key, value in image.info.items() if key not in ("exif", "icc_profile")}
        upright = ImageOps.exif_transpose(image)
        print(json.dumps({
            "format": image.format,
            "tags": sorted(exif),
            "gps": len(exif.get_ifd(IFD.GPSInfo)),
            "info": sorted(kept),
            "icc": "icc_profile" in image.info,
            "size": upright.size,
            "pixels": hashlib.sha256(upright.tobytes()).hexdigest(),
            "planted": pathlib.Path(path).read_bytes().count(b"PLANTED"),
        }))


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    for each in sys.argv[2:]:
        read(each)
