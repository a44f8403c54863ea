"""The data sets that there are. No NumPy here: the command line and its help read this."""

from typing import TypedDict

from dlquiz.data.info import DataKind, Download, FieldInfo, FileSource, Learns, RemoteFile, SetInfo
from dlquiz.errors import UnknownName

_DIGITS = tuple("0123456789")


def _classes(count: int) -> FieldInfo:
    return FieldInfo("int64", below=count)


def _digit_images() -> dict[str, FieldInfo]:
    return {"X": FieldInfo("uint8", (28, 28)), "y": _classes(10)}


def _points(dimensions: int, classes: int) -> dict[str, FieldInfo]:
    return {"X": FieldInfo("float64", (dimensions,)), "y": _classes(classes)}


class _Ours(TypedDict):
    source: str
    licence: str
    drawn: bool


_OURS: _Ours = {"source": "made by dlquiz", "licence": "MIT, as dlquiz", "drawn": True}

_MNIST = Download(
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
    # Their md5s: f68b3c2d…, d53e105e…, 9fb629c4…, ec29112d… (as torchvision and others list them).
    files=tuple(
        RemoteFile(name, size, sha256)
        for name, size, sha256 in (
            ("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            ("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            ("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            ("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        )
    ),
)

# The makers' page, https://www.cs.toronto.edu/~kriz/cifar.html, names the archive's md5, c32a1d4a…. Its size, its
# sha256 and the md5s of the files in it (below) are those that several programs independent of each other expect.
_CIFAR10 = Download(
    mirrors=(
        "https://www.cs.toronto.edu/~kriz/",
        "https://cave.cs.toronto.edu/kriz/",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
    ),
    files=(
        RemoteFile(
            "cifar-10-binary.tar.gz",
            170052171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        ),
    ),
)

CATALOG = (
    SetInfo(
        name="digits",
        title="Handwritten digits",
        kind=DataKind.IMAGE,
        task=Learns.CLASSES,
        home="digits",
        fields=_digit_images(),
        classes=_DIGITS,
        train=1437,
        test=360,
        source="E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, 1998, doi:10.24432/C50P49",
        licence="CC BY 4.0",
        published={"set": "9cac38f905757870d371a7842711c3b197de65509b5b87980733588c3cc7f815"},
    ),
    SetInfo(
        name="mnist",
        title="MNIST",
        kind=DataKind.IMAGE,
        task=Learns.CLASSES,
        home="mnist",
        fields=_digit_images(),
        classes=_DIGITS,
        train=60_000,
        test=10_000,
        source="Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits",
        licence="CC BY-SA 3.0 (according to Keras' documentation)",
        # Of the four uncompressed IDX files; in md5 6bbc9ace…, a25bea73…, 2646ac64…, 27ae3e4e…
        published={
            "train_X": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "train_y": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "test_X": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "test_y": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
        files=FileSource(
            "a folder that holds mnist.npz, or train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
            "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz (also without .gz)",
            most=500_000,
            download=_MNIST,
        ),
    ),
    SetInfo(
        name="cifar10",
        title="CIFAR-10",
        kind=DataKind.IMAGE,
        task=Learns.CLASSES,
        home="cifar10",
        fields={"X": FieldInfo("uint8", (32, 32, 3)), "y": _classes(10)},
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        train=50_000,
        test=10_000,
        source="A. Krizhevsky, V. Nair and G. Hinton, CIFAR-10, in: Learning Multiple Layers of Features from Tiny "
        "Images, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
        licence="none named; its makers ask to be cited",
        # md5 of the six files of the binary version.
        published={
            "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
            "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
            "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
            "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
            "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
            "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
        },
        files=FileSource(
            "a folder that holds cifar-10-binary.tar.gz, or data_batch_1.bin to data_batch_5.bin and test_batch.bin",
            most=100_000,
            download=_CIFAR10,
        ),
    ),
    SetInfo(
        name="blobs",
        title="Clouds of points",
        kind=DataKind.ROW,
        task=Learns.CLASSES,
        home="generated",
        fields=_points(8, 4),
        classes=("A", "B", "C", "D"),
        train=400,
        test=200,
        **_OURS,
        published={"set": "0eb0ece5b891a5e29fefc5323b04ef2be43083cfcc814ef8d0129d2573597791"},
    ),
    SetInfo(
        name="moons",
        title="Two half moons",
        kind=DataKind.ROW,
        task=Learns.CLASSES,
        home="generated",
        fields=_points(2, 2),
        classes=("upper", "lower"),
        columns=("x", "y"),
        train=400,
        test=200,
        **_OURS,
        published={"set": "e1b343ba78579da8c2aff4e7baa91e276a81a9227c8d8f14cf56cc432bde10cf"},
    ),
    SetInfo(
        name="spirals",
        title="Three spirals",
        kind=DataKind.ROW,
        task=Learns.CLASSES,
        home="generated",
        fields=_points(2, 3),
        classes=("A", "B", "C"),
        columns=("x", "y"),
        train=600,
        test=300,
        **_OURS,
        published={"set": "4215aa1c2941d965861ce610d67d093e795ed859ff2e6c69cb089d29d887cf77"},
    ),
    SetInfo(
        name="rents",
        title="Invented rents",
        kind=DataKind.ROW,
        task=Learns.REGRESSION,
        home="generated",
        fields={"X": FieldInfo("float64", (4,)), "y": FieldInfo("float64")},
        columns=("area", "rooms", "age", "distance"),
        train=300,
        test=100,
        **_OURS,
        published={"set": "503d926a24005ddb7f3b2a8391bb1f107f441f4690150eb59191add77be96abb"},
    ),
    SetInfo(
        name="topics",
        title="Sentences about four topics",
        kind=DataKind.TEXT,
        task=Learns.CLASSES,
        home="topics",
        fields={"X": FieldInfo("text"), "y": _classes(4)},
        classes=("cooking", "sport", "weather", "music"),
        train=180,
        test=60,
        **_OURS,
        published={"set": "794e308e1f6a3be8cde8374fd0670318319fc00e219f388418de98b050bdaeb1"},
    ),
    SetInfo(
        name="reviews",
        title="Opinions with negations",
        kind=DataKind.TEXT,
        task=Learns.CLASSES,
        home="generated",
        fields={"X": FieldInfo("text"), "y": _classes(2)},
        classes=("negative", "positive"),
        train=600,
        test=300,
        **_OURS,
        published={"set": "efc7641440c147e83ba846521262ac844f659065a4d5ac13f1c080e45cb03764"},
    ),
    SetInfo(
        name="gridworlds",
        title="Small grid worlds",
        kind=DataKind.GRID,
        task=Learns.NONE,
        home="generated",
        fields={"X": FieldInfo("uint8", (5, 5), below=5), "steps": FieldInfo("int64")},
        train=40,
        test=20,
        **_OURS,
        published={"set": "6e6d52e9e0655abfb77852db0ab5bb54520f4f9724eeab70f46f8112b41165d0"},
    ),
)
"""In the order in which they are listed. A new set is an entry here and its home in ``dlquiz.data.sets``."""

NAMES = tuple(info.name for info in CATALOG)
FETCHABLE = tuple(info.name for info in CATALOG if info.files and info.files.download)
"""The sets that `dlquiz data fetch` knows."""

_BY_NAME = {info.name: info for info in CATALOG}


def find(name: str) -> SetInfo:
    """Return the entry of a set.

    Raises
    ------
    UnknownName
        There is no set of this name.
    """
    if name not in _BY_NAME:
        raise UnknownName(f"There is no data set {name!r}.", next_step=f"Known: {', '.join(NAMES)}.")
    return _BY_NAME[name]
