"""What the texts of exceptions mean, library by library.

NumPy, PyTorch and Keras say precisely what went wrong, in words for those who know the library. Each entry knows one
kind of text and says the same for somebody who meets it for the first time, with the numbers of the text. The first
entry that fits counts.
"""

import re
from collections.abc import Callable

Said = str | Callable[[re.Match[str]], str]


# -- arrays whose shapes do not fit ------------------------------------------------------


def _product(columns: str, rows: str) -> str:
    return (
        f"In a matrix product A @ B, the columns of A and the rows of B must be equally many. Here A has {columns} "
        f"columns and B has {rows} rows. Write down the two shapes: is the order right, is .T missing or one too many?"
    )


def _broadcast(found: re.Match[str]) -> str:
    one, other = (tuple(map(int, re.findall(r"\d+", text))) for text in found.groups())
    said = (
        f"Two arrays of shape {one} and {other} were combined entry by entry. NumPy lines the shapes up from the "
        "right, and each pair of lengths must be equal, or one of them 1."
    )
    short, long = sorted((one, other), key=len)
    if len(short) == 1 and len(long) == 2 and short[0] == long[0]:
        said += f" For one number per row, the shape must be ({short[0]}, 1): keepdims=True keeps it."
    return said


def _cast(found: re.Match[str]) -> str:
    sign = {"add": "+=", "subtract": "-=", "multiply": "*=", "divide": "/=", "true_divide": "/="}.get(found[1], "=")
    return (
        f"The result has a fraction, but it was to be stored ({sign}) in an array of type {found[2]}, which holds "
        f"whole numbers. Make a new array instead (a = a {sign[0]} b), or make the array with dtype float."
    )


def _axes(count: str) -> str:
    return "1 axis" if count == "1" else f"{count} axes"


def _layer(found: re.Match[str]) -> str:
    size, got = found.groups()
    return (
        f"The layer was built for inputs with {size} numbers in the last axis, and got the shape {got}. Is a Flatten, "
        "or a reshape of the images, missing?"
    )


_NONE = (
    "Something here is None. Most often a function that should return a value has no return statement, or a method "
    "that changes its object (such as list.sort) was used as if it returned it."
)
_POSITIONS = "Keep the names and the order of the parameters as they stand in the exercise's file."
_LONG = "Class labels must be whole numbers of type torch.long: use y.long(), or torch.as_tensor(y, dtype=torch.long)."
_TRUTH = (
    "`if`, `while`, `and`, `or`, and Python's max and min need one truth value, and got an array of many. For each "
    "entry use np.where(condition, a, b) or np.maximum; for all entries together use .all() or .any()."
)
_TENSOR = "A NumPy array was passed where PyTorch needs a tensor: torch.from_numpy(a), or torch.as_tensor(a)."

TABLE: tuple[tuple[str, Said], ...] = (
    (
        r"mismatch in its core dimension 0, with gufunc signature \(n\?,k\),.*\(size (\d+) is different from (\d+)\)",
        lambda found: _product(found[2], found[1]),
    ),
    (
        r"shapes \([\d,]+\) and \([\d,]+\) not aligned: (\d+) \(dim \d+\) != (\d+)",
        lambda found: _product(found[1], found[2]),
    ),
    (
        r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        lambda found: (
            f"{_product(found[2], found[3])} In nn.Linear(in_features, out_features), in_features must be the "
            "length of one row of the input."
        ),
    ),
    (r"matmul: Input operand \d does not have enough dimensions", (
        "@ multiplies matrices, and one side is a single number or None. For a number use *. If it should be an array: "
        "does the function that makes it return it?"
    )),
    (r"operands could not be broadcast together with shapes (\([\d,]*\)) (\([\d,]*\))", _broadcast),
    (r"non-broadcastable output operand with shape \(([\d,]*)\) doesn't match the broadcast shape \(([\d,]*)\)", (
        lambda found: (
            f"An operation in place (such as += or out=) cannot change a shape: the array has ({found[1]}) and the "
            f"result has ({found[2]}). Write a = a + b, and look why the shapes differ."
        )
    )),
    (r"could not broadcast input array from shape \(([\d,]*)\) into shape \(([\d,]*)\)", (
        lambda found: f"An array of shape ({found[1]}) was to be written into a place of shape ({found[2]})."
    )),
    (r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)", (
        lambda found: (
            f"Two tensors were combined entry by entry, and along axis {found[3]} one has {found[1]} entries and the "
            f"other {found[2]}. Print both shapes."
        )
    )),
    (r"cannot reshape array of size (\d+) into shape \(([\d,\s]*)\)", (
        lambda found: (
            f"A new shape must hold as many entries as the old one. There are {found[1]}, which do not fit into "
            f"({found[2]}). One length may be -1: NumPy then computes it."
        )
    )),
    (r"shape '\[([\d, -]*)\]' is invalid for input of size (\d+)", (
        lambda found: f"A new shape must hold as many entries as the old one: {found[2]} do not fit into ({found[1]})."
    )),
    (r"all the input array dimensions except for the concatenation axis must match exactly|Sizes of tensors must match",
     "Arrays that are joined must agree in every axis but the one along which they are joined. Is axis= right?"),
    (r"all the input arrays must have same number of dimensions",
     "Arrays that are joined need the same number of axes: a row of shape (D,) becomes (1, D) by row[None, :]."),
    (r"inhomogeneous shape|setting an array element with a sequence", (
        "An array needs equally long rows, and each of its entries is one number. Here the rows have different "
        "lengths, or a whole array was put in the place of a number."
    )),
    (r"[Aa]xis (\d+) is out of bounds for array of dimension (\d+)", (
        lambda found: (
            f"Axes are counted from 0, and the array has {found[2]}: there is no axis {found[1]}. The last one is "
            "axis=-1. Did the array lose an axis before, by a sum or an index?"
        )
    )),
    (r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", (
        lambda found: (
            f"Indices are counted from 0, so along axis {found[2]} they go to {int(found[3]) - 1}, and {found[1]} was "
            "asked for."
        )
    )),
    (r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed", (
        lambda found: (
            f"The array has {_axes(found[1])} and was given {found[2]} indices. Did it lose an axis before, by a sum "
            "without keepdims=True or by an index?"
        )
    )),
    (r"axes don't match array",
     "transpose wants each axis of the array once: for an array with 3 axes, (0, 2, 1). Print its shape first."),
    (r"duplicate value in 'axis'", "The same axis is named twice; axis=-1 is the last one, whatever its number is."),
    (r"with remapped shapes", (
        "In einsum one letter stands for one length everywhere. Here a letter has two: write the shapes beside the "
        "letters, as in 'nd,dm->nm' for (N, D) and (D, M)."
    )),
    (r"all input arrays must have the same shape", "np.stack joins arrays of one and the same shape along a new axis."),
    (r"boolean index did not match", "A mask must have the shape of the array that it picks from."),
    # -- one number where there are many, and the reverse
    (r"truth value of an array|Boolean value of Tensor with more than one value", _TRUTH),
    (r"only integer scalar arrays can be converted to a scalar index", (
        "An array was used where one whole number is needed. A list cannot be indexed with an array: make it an array "
        "first. And np.max(a, b) takes b as an axis: the larger of two is np.maximum(a, b)."
    )),
    (r"only (0-dimensional|length-1|size-1) arrays can be converted|only one element tensors can be converted", (
        "One number was needed, and an array of several came. Functions of the module math work on one number: use "
        "np.exp, np.sqrt and so on. For a loss, take the mean over the rows."
    )),
    (r"'tuple' object cannot be interpreted as an integer",
     "A shape in a variable is taken apart by a star: X.reshape(len(X), *shape). np.zeros takes it as it is."),
    (r"cannot be interpreted as an integer|expected a sequence of integers or a single integer", (
        "A length or a count must be a whole number: use n // m in place of n / m, or int(…)."
    )),
    (r"slice indices must be integers", "The ends of a slice are whole numbers: use n // m in place of n / m."),
    (r"(list|tuple) indices must be integers or slices, not str", (
        lambda found: (
            f"A {found[1]} has numbered entries, and was asked for a name, as if it were a dictionary. Does a function "
            "return another thing than the one that calls it expects, or are arguments in another order?"
        )
    )),
    (r"list indices must be integers or slices, not tuple",
     "A list of lists takes one index at a time, a[i][j]. For a[i, j] make an array first: np.array(…)."),
    (r"Cannot interpret '(\d+)' as a data type",
     "The shape is one argument, in brackets of its own: np.zeros((2, 3)). The next argument is the dtype."),
    (r"Cannot cast array data from dtype\('float64'\) to dtype\('int64'\)", (
        "Whole numbers were needed, and numbers with a fraction came: .astype(int) for labels and counts."
    )),
    (r"only integers, slices .* are valid indices|arrays used as indices must be of integer", (
        "An index must be a whole number, or an array of such: use // in place of /, or .astype(int) for labels."
    )),
    # -- types
    (r"Cannot cast ufunc '(\w+)' output from dtype\('\w+'\) to dtype\('(\w+)'\)", _cast),
    (r"assignment destination is read-only",
     "The array must stay as it is: it belongs to the caller. Work on a copy (a.copy()), or make a new array."),
    (r"numpy boolean (subtract|negative)",
     "A mask holds True and False, and minus is not defined for them: use ~mask, or mask.astype(float)."),
    (r"'NoneType' object|NoneType object|of type NoneType|not 'NoneType'|not NoneType|and 'NoneType'|: 'NoneType' and",
     _NONE),
    (r"'numpy.ndarray' object is not callable",
     "An array was called like a function. An index needs square brackets, or a variable has the name of a function."),
    (r"'(\w+)' object is not callable", lambda found: (
        f"Something of type {found[1]} was called like a function. Is a * missing, or has a variable a function's name?"
    )),
    (r"'(list|tuple)' object has no attribute '(\w+)'", (
        lambda found: f"A {found[1]} has no .{found[2]}; an array has. Make one first: np.array(…)."
    )),
    (r"can only concatenate (list|tuple)|unsupported operand type\(s\) for \S+ '(list|tuple)'"
     r"|unsupported operand type\(s\) for .* and '(list|tuple)'",
     "A list or tuple is no array: + joins it to another one, and it cannot be computed with. Use np.array(…) first."),
    (r"'dict' object has no attribute '(\w+)'", (
        lambda found: (
            f"The entries of a dictionary stand in square brackets: params['{found[1]}'], not params.{found[1]}."
        )
    )),
    (r"unsupported operand type\(s\) for .*'dict'",
     "A dictionary cannot be computed with. Take one of its arrays: params['W1']."),
    (r"'numpy.random._generator.Generator' object has no attribute '(\w+)'", (
        lambda found: (
            f"A generator has no .{found[1]}. It has rng.random, rng.normal, rng.integers, rng.choice, rng.permutation "
            "and rng.shuffle."
        )
    )),
    (r"module 'numpy' has no attribute '(int|float|bool|object|str)'",
     lambda found: f"np.{found[1]} was taken out of NumPy. Write {found[1]}, or np.{found[1]}64 for numbers of 64 bits."
     if found[1] in ("int", "float") else f"np.{found[1]} was taken out of NumPy. Write {found[1]}."),
    (r"module 'numpy' has no attribute '(\w+)'",
     lambda found: f"NumPy has no np.{found[1]}. Is it spelt right? Or is it what you write yourself here?"),
    (r"arg is an empty sequence|iterable argument is empty|of an empty sequence", (
        "There is nothing in it. Did a loop never run, or does a mask or a slice pick no rows?"
    )),
    (r"'(int|float)' object is not iterable",
     "A single number cannot be looped over: for i in range(n), or for row in X."),
    (r"cannot unpack non-iterable (\w+) object", (
        lambda found: (
            f"On the left stand several names, and on the right came one value (of type {found[1]}). Does the function "
            "return all of them, return a, b?"
        )
    )),
    (r"object of type '(int|float)' has no len\(\)",
     "A single number has no length. For the number of rows, use len(X) or X.shape[0] of the array itself."),
    (r"ufunc '\w+' (did not contain a loop|not supported for the input types)", (
        "NumPy can compute with numbers only, and text or a list of unequal rows came. Print what it was given."
    )),
    (r"can't multiply sequence by non-int",
     "A list is no array and cannot be scaled: np.array(…) makes one of it."),
    (r"'numpy.ndarray' object has no attribute 'append'",
     "An array cannot grow. Collect the parts in a list, and join them at the end with np.array or np.concatenate."),
    (r"'tuple' object does not support item assignment",
     "A tuple cannot be changed. Make a new one, or use a list or a dictionary."),
    (r"'(generator|dict_\w+)' object is not subscriptable",
     "It can be looped over once and has no numbered entries: list(…) makes a list of it."),
    (r"too many values to unpack \(expected (\d+)|not enough values to unpack \(expected (\d+)", (
        lambda found: (
            f"On the left stand {found[1] or found[2]} names, and on the right came another number of values. Does the "
            "function return as many as the exercise says, in a tuple?"
        )
    )),
    (r"missing \d+ required (positional|keyword-only) argument",
     f"A function was called with too few arguments. {_POSITIONS}"),
    (r"\barray\(\) takes", "np.array takes one list, in brackets of its own: np.array([1, 2, 3])."),
    (r"takes (from )?\d+.* positional arguments? but \d+ (was|were) given",
     f"A function was called with more arguments than it has parameters. {_POSITIONS}"),
    (r"got an unexpected keyword argument 'keepdims?'", "NumPy writes keepdims, PyTorch keepdim."),
    (r"got an unexpected keyword argument '(\w+)'", (
        lambda found: f"The function has no parameter that is called {found[1]}. {_POSITIONS}"
    )),
    (r"cannot access local variable '(\w+)'", (
        lambda found: (
            f"{found[1]} has no value here: it gets one later in this function, or only in a branch that did not run."
        )
    )),
    (r"NameError: name 'numpy' is not defined", "The file says import numpy as np, so its name here is np."),
    (r"NameError: name '(math|random|time|copy|itertools|collections|functools|torch|scipy)' is not defined",
     lambda found: f"The line import {found[1]} is missing at the top of the file."),
    (r"NameError: name '(\w{1,40})'", (
        lambda found: (
            f"{found[1]} has no value here. Is it spelt as in the line that defines it (capitals count), and does that "
            "line run before this one?"
        )
    )),
    (r"IndexError: list assignment index out of range",
     "Only an entry that is there can be changed. A list grows by append; an array is made with its length first."),
    (r"IndexError: (list|tuple|string) index out of range",
     "Counting begins at 0: with n entries the last one is number n - 1."),
    (r"^ZeroDivisionError", "The number below the line is 0: is something empty, or not counted yet?"),
    (r"EOF when reading a line",
     "input() waits for somebody who types, and in the grader nobody does. Take it out."),
    (r"^(bdb\.)?BdbQuit",
     "breakpoint() stands in your code, and the grader has no keyboard. Use it with dlquiz run, then take it out."),
    (r"^SystemExit", "exit(), quit() and sys.exit() end the whole program. Take it out: a function ends with return."),
    (r"^FileNotFoundError",
     "The grader gives your code no files but those that the exercise brings. Values come in as arguments."),
    (r"maximum recursion depth exceeded",
     "A function calls itself without end. Does it have the name of the function that it wants to call?"),
    (r"Singular matrix", "The matrix has no inverse: a column is a combination of others, or all zeros."),
    # -- PyTorch
    (r"Can't call numpy\(\) on Tensor that requires grad", (
        "The tensor still belongs to a computation whose gradients are recorded. Compute it under `with "
        "torch.no_grad():`, or take tensor.detach().numpy()."
    )),
    (r"element 0 of tensors does not require grad", (
        "backward() found nothing to follow back: the loss does not depend on a parameter any more. Was it computed "
        "under no_grad, or made a number or a new tensor (.item(), .numpy(), torch.tensor(…)) on the way?"
    )),
    (r"Trying to backward through the graph a second time", (
        "backward() was called twice for one forward pass. Compute the outputs and the loss anew for every batch; a "
        "running total of losses must be of numbers: total += loss.item()."
    )),
    (r"grad can be implicitly created only for scalar outputs",
     "backward() starts from one number. Take the mean of the losses first."),
    (r"a leaf Variable that requires grad is being used in an in-place operation",
     "A parameter may be changed only by the optimiser, or under `with torch.no_grad():`."),
    (r"expected target dtype to be Long|expected scalar type Long", _LONG),
    (r"must have the same dtype, but got:? (\w+) (?:and|!=) (\w+)", (
        lambda found: (
            f"The two sides have different number types ({found[1]} and {found[2]}). Layers hold float32: use "
            "x.float(), or NumPy arrays with .astype(np.float32)."
        )
    )),
    (r"expected scalar type (\w+) but found (\w+)", (
        lambda found: (
            f"The two sides have different number types ({found[1]}, {found[2]}). Layers hold float32: use x.float()."
        )
    )),
    (r"must be Tensor, not numpy\.ndarray", _TENSOR),
    (r"Target (-?\d+) is out of bounds", (
        lambda found: f"A label is {found[1]}, and the model gives scores for fewer classes: is n_out right?"
    )),
    (r"multi-target not supported", (
        "CrossEntropyLoss wants labels of shape (N,): class numbers, no one-hot rows and no second axis. y.squeeze(1) "
        "takes that axis away."
    )),
    (r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)", (
        lambda found: (
            f"The model gave {found[1]} rows for {found[2]} labels. Does a reshape mix rows and columns? "
            "x.flatten(1) keeps the first axis."
        )
    )),
    (r"weight of size \[([\d, ]+)\], expected input\[([\d, ]+)\] to have (\d+) channels, but got (\d+)", (
        lambda found: (
            f"Conv2d wants (N, channels, height, width), with {found[3]} channels here, and got ({found[2]}). A "
            "channel axis is missing, or stands last: x[:, None], or x.permute(0, 3, 1, 2)."
        )
    )),
    (r"Expected 3D \(unbatched\) or 4D \(batched\) input to conv2d, but got input of size: \[([\d, ]+)\]", (
        lambda found: (
            f"Conv2d wants (N, channels, height, width) and got ({found[1]}): reshape the rows to images first, for "
            "example x.reshape(-1, 1, 28, 28)."
        )
    )),
    (r"view size is not compatible",
     "After a transpose the entries lie in another order: use .reshape in place of .view."),
    (r"Expected all tensors to be on the same device|not compiled with CUDA",
     "There is no graphics card here: everything stays on the CPU. Leave out .cuda() and .to('cuda')."),
    (r"is missing the required \"forward\" function", (
        "A module needs a method that is called forward, inside the class. Look at its name and its indentation."
    )),
    (r"cannot assign (module|parameters) before Module.__init__\(\) call",
     "super().__init__() must be the first line of the model's __init__."),
    (r"optimizer got an empty parameter list", (
        "The optimiser was given no parameters. Layers count only if they are attributes of the model (self.layer = …) "
        "or in nn.Sequential or nn.ModuleList, not in a plain list."
    )),
    (r"Expected more than 1 value per channel when training",
     "Batch norm cannot standardise a batch of one row in training mode: call model.eval() for predictions."),
    (r"could not infer output dtype.*Got: Long|can only be floating point or complex",
     "A mean of whole numbers is not defined in PyTorch: use x.float().mean()."),
    # -- Keras
    (r"expected axis -1 of input shape to have value (\d+), but received input with shape (\([^)]*\))", _layer),
    (r"expected (?:min_)?ndim=(\d+), found ndim=(\d+)\. Full shape received: (\([^)]*\))", (
        lambda found: (
            f"The layer wants arrays with {found[1]} axes and got {found[2]}, of shape {found[3]} (None stands for the "
            "rows). Is a Flatten, a reshape or a channel axis missing?"
        )
    )),
    (r"Arguments `target` and `output` must have the same (shape|rank)|Shapes \(None, \d+\) and \(None, \d+\) are", (
        "Labels and outputs have different shapes. With whole-number labels the loss is "
        "sparse_categorical_crossentropy; categorical_crossentropy wants one-hot rows."
    )),
    (r"You must call `compile\(\)` before|You must compile",
     "The model must be compiled first: model.compile(optimizer, loss)."),
    # last: almost any text may hold it
    (r"^KeyError: '([A-Za-z_]\w{0,30})'$", (
        lambda found: f"The dictionary has no entry '{found[1]}'. Print its keys, and look at capital letters."
    )),
)  # fmt: skip
