"""From a command's function to the parameters that Typer reads and completion suggests values for.

A command shares options by naming one parameter of a ``NamedTuple``: each field of that class,
an ``Annotated`` type with a ``typer.Option``, becomes an option of the command.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_args, get_origin

if TYPE_CHECKING:
    from zsiso.inventory.columns import ResourceSchema

Suggest = Callable[[Mapping[str, Any], str], Iterable[tuple[str, str]]]
"""Takes the values typed so far, by parameter, and the unfinished one; returns values, each with a description."""


class Suggester(NamedTuple):
    """Stands beside a ``typer.Option``: the function that suggests values of the option."""

    suggest: Suggest


class BySchema(NamedTuple):
    """Stands in place of a ``typer.Option`` in shared options: makes it for the schema that a command names.

    The command names the schema beside the class: ``Annotated[OutputOptions, VM_INSTANCES]``.
    """

    metadata: Callable[[ResourceSchema], tuple[object, ...]]


def expand_options(function: Callable[..., None]) -> Callable[..., None]:
    """Return ``function`` with a parameter for each field of its parameters that are classes of options."""
    parameters: list[inspect.Parameter] = []
    groups: dict[str, type[Any]] = {}
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        options, metadata = _split_annotation(parameter.annotation)
        if hasattr(options, "_fields"):
            groups[parameter.name] = options
            parameters.extend(_fields(options, metadata))
        else:
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    def run(**values: object) -> None:
        for name, options in groups.items():
            values[name] = options(**{field: values.pop(field) for field in options._fields})
        function(**values)

    run.__doc__ = function.__doc__
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def find_suggesters(function: Callable[..., None]) -> dict[str, Suggest]:
    """Return the functions that suggest values of the parameters of an expanded function, by parameter."""
    return {
        name: item.suggest
        for name, annotation in function.__annotations__.items()
        for item in _split_annotation(annotation)[1]
        if isinstance(item, Suggester)
    }


def _fields(options: type[Any], metadata: tuple[Any, ...]) -> Iterator[inspect.Parameter]:
    """Give a parameter for each field of a class of options."""
    for name, annotation in options.__annotations__.items():
        kind, items = _split_annotation(annotation)
        parts: Any = (kind, *(part for item in items for part in _for_schema(item, metadata)))
        default = options._field_defaults.get(name, inspect.Parameter.empty)
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[parts])


def _for_schema(item: object, metadata: tuple[Any, ...]) -> tuple[object, ...]:
    return item.metadata(*metadata) if isinstance(item, BySchema) else (item,)


def _split_annotation(annotation: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401 - any type
    """Return a type and what stands beside it in an ``Annotated``."""
    if get_origin(annotation) is not Annotated:
        return annotation, ()
    kind, *metadata = get_args(annotation)
    return kind, tuple(metadata)
