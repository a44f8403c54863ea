"""Write dlquiz/data/sets/digits.npz from scikit-learn's load_digits.

scikit-learn is needed for this script only; give it an environment of its own:

    python -m venv /tmp/make-digits
    /tmp/make-digits/bin/pip install scikit-learn
    /tmp/make-digits/bin/python tools/make_digits.py            # write the file, print its digest
    /tmp/make-digits/bin/python tools/make_digits.py --check    # compare the file with scikit-learn

After a change, put the printed digest into dlquiz/data/sets/digits.py.
"""

import argparse
import hashlib
import io
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent.parent / "dlquiz" / "data" / "sets" / "digits.npz"


def from_scikit_learn() -> tuple[np.ndarray, np.ndarray]:
    """Return counts, uint8 (1797, 8, 8) in 0..16, and labels, uint8 (1797,)."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images, labels = bunch.images.astype(np.uint8), bunch.target.astype(np.uint8)
    if not (np.array_equal(images, bunch.images) and images.max() == 16 and images.shape == (1797, 8, 8)):
        raise ValueError("load_digits is not what it used to be: expected whole numbers 0..16, shape (1797, 8, 8)")
    return images, labels


def main() -> int:
    """Write or check the file; exit status 1 if the check fails."""
    parser = argparse.ArgumentParser(description="Write dlquiz/data/sets/digits.npz.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    images, labels = from_scikit_learn()
    if check:
        with np.load(TARGET, allow_pickle=False) as archive:
            same = np.array_equal(archive["images"], images) and np.array_equal(archive["labels"], labels)
        print("equal" if same else "DIFFERENT")
        return 0 if same else 1
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=labels)
    TARGET.write_bytes(buffer.getvalue())
    print(f"{TARGET}: {len(buffer.getvalue())} bytes, sha256 {hashlib.sha256(buffer.getvalue()).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
