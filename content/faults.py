"""A fault in a content file, with the place a person has to open, and YAML read with line numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

Key = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, where: `file:line: message`."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentError(Exception):
    """Content that may not be used: every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Source:
    """One YAML file: its data, and the line on which each value stands.

    `read` collects faults instead of raising, so that one bad file does not hide the next.
    """

    def __init__(self, path: Path, root: Path | None = None) -> None:
        self.file = str(path.relative_to(root)) if root else str(path)
        self.faults: list[Fault] = []
        self._lines: dict[Key, int] = {}
        self.data: Any = None
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            self.faults.append(Fault(self.file, mark.line + 1 if mark else 1, f"not valid YAML: {error}"))
            return
        if node is not None:
            self.data = self._value(node, ())

    def fault(self, message: str, *key: str | int) -> None:
        """Note a fault at `key`, or at the nearest parent whose line is known."""
        self.faults.append(Fault(self.file, self.line(*key), message))

    def line(self, *key: str | int) -> int:
        """Return the line (from 1) of the value at `key`."""
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def _value(self, node: yaml.Node, key: Key) -> Any:
        self._lines[key] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*key, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            if name in result:
                self.faults.append(Fault(self.file, name_node.start_mark.line + 1, f"'{name}' stands twice"))
            result[name] = self._value(value_node, (*key, name))
        return result


def _scalar(node: yaml.Node) -> Any:
    # YAML 1.1 reads 1.10 as a number and "no" as false; we only want the types that we use.
    if node.tag == "tag:yaml.org,2002:int":
        return int(str(node.value).replace("_", ""))
    if node.tag == "tag:yaml.org,2002:bool" and node.value in {"true", "false"}:
        return node.value == "true"
    if node.tag == "tag:yaml.org,2002:timestamp":
        return date.fromisoformat(str(node.value))
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)


def build(kind: type[T], source: Source) -> T | None:
    """Return the file's data as a `kind`, or None with every fault noted in `source`."""
    if source.faults:
        return None
    try:
        return TypeAdapter(kind).validate_python(source.data)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            place = one["loc"]
            source.fault(f"{'.'.join(map(str, place)) or 'file'}: {one['msg'].lower()}", *place)
        return None
