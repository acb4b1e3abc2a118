"""The shape holds itself: each promise of the architecture is one test here (docs/floors.md)."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

from proposals.flow import FINAL, PART_OF, WAITS_FOR, ProposalFlow, State, edges
from uep.access.access import RULES
from uep.access.acts import PUBLIC
from uep.access.roles import GRANTS, Role

ROOT = Path(__file__).parent.parent
OURS = ["uep", "proposals", "verification", "decrees", "distribution", "notices", "oversight"]
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}


def modules():
    return [
        path
        for app in OURS
        for path in sorted((ROOT / app).rglob("*.py"))
        if not {"migrations", "demo"} & set(path.parts)
    ]


def tree(path):
    return ast.parse(path.read_text())


def name_of(path):
    return str(path.relative_to(ROOT))


def method_calls(path, names):
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def urls(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from urls(pattern, pattern.namespace or namespace)
        else:
            yield f"{namespace}:{pattern.name}", pattern


@pytest.mark.parametrize("edge", edges(), ids=lambda edge: f"{edge.source}-{edge.act}")
def test_every_transition_has_its_act(edge):
    act = PART_OF.get(edge.act, edge.act)
    app, verb = act.split(".")
    assert act in RULES
    assert [role for role in Role if act in GRANTS[role]] != []
    action = getattr(import_module(f"{apps.get_app_config(app).name}.actions"), verb)
    assert inspect.signature(action).parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    assert act.replace(".", ":") in dict(urls())


def test_every_grant_has_a_rule_and_every_rule_a_grant():
    granted = set().union(*GRANTS.values())
    assert (sorted(granted - set(RULES)), sorted(set(RULES) - granted)) == ([], [])


def test_every_role_has_grants():
    assert set(GRANTS) == set(Role)


def test_every_state_says_whose_turn_it_is():
    assert set(WAITS_FOR) == set(State)
    assert [state for state, wait in WAITS_FOR.items() if not wait.roles] == [
        State.HANDED_OVER,
        State.INELIGIBLE,
        State.WITHDRAWN,
    ]


def test_someone_whose_turn_it_is_may_move_the_proposal_on():
    stuck = [
        state
        for state in State
        if state not in FINAL
        and not any(
            edge.source == state and PART_OF.get(edge.act, edge.act) in GRANTS[role]
            for edge in edges()
            for role in WAITS_FOR[state].roles
        )
    ]
    assert stuck == []


def test_no_state_is_a_dead_end_by_accident():
    assert set(State) - {edge.source for edge in edges()} == {State.HANDED_OVER, State.WITHDRAWN}


def test_transitions_have_no_body():
    methods = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(ProposalFlow)))
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]
    assert {method.name: len(method.body) for method in methods} == {method.name: 1 for method in methods}


def test_only_moves_calls_a_transition():
    names = {edge.transition for edge in edges()}
    strays = [
        (name_of(path), node.func.attr)
        for path in modules()
        for node in method_calls(path, names)
        if getattr(node.func.value, "id", "") in {"proposal", "self"} and path.name != "moves.py"
    ]
    assert strays == []


def test_an_app_takes_only_its_own_steps():
    strays = [
        (name_of(path), node.args[1].value)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", None) in {"move", "move_all", "begin", "give_time"}
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and node.args[1].value.split(".")[0] != path.relative_to(ROOT).parts[0]
    ]
    assert strays == []


def test_every_url_declares_its_access():
    undeclared = {
        name: act
        for name, pattern in urls()
        if (act := getattr(pattern.callback, "act", None)) not in RULES and act != PUBLIC
    }
    assert undeclared == {}


def test_every_act_page_stands_under_its_own_name():
    misnamed = {
        name: pattern.callback.view_initkwargs["act"]
        for name, pattern in urls()
        if "act" in getattr(pattern.callback, "view_initkwargs", {})
        and pattern.callback.view_initkwargs["act"].replace(".", ":") != name
    }
    assert misnamed == {}


def test_every_written_act_has_words_for_people():
    pages = {
        pattern.callback.view_initkwargs["act"]
        for _, pattern in urls()
        if "act" in getattr(pattern.callback, "view_initkwargs", {})
    }
    assert sorted(act for act in pages if not (RULES[act].label and RULES[act].done)) == []


def test_views_do_not_write():
    rooms = [path for path in modules() if path.name == "views.py" or path.parent.name == "views"]
    assert [(name_of(path), node.lineno) for path in rooms for node in method_calls(path, WRITES)] == []


def test_no_module_outgrows_its_room():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_template_outgrows_its_page():
    pages = {name_of(path): len(path.read_text().splitlines()) for path in (ROOT / "templates").rglob("*.html")}
    assert {name: length for name, length in pages.items() if length > 150} == {}


def test_templates_name_no_role_and_no_state():
    words = ("user.role", "perms.", ".state ==", 'state == "', "state == '")
    found = {
        name_of(path): [word for word in words if word in path.read_text()]
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_imports_stand_at_the_top():
    """An import inside a function hides a cycle; where one is needed, its line says why beside the linter's code."""
    inner = [
        (name_of(path), node.lineno)
        for path in modules()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and not re.search(r"# noqa: PLC0415 +\w+", path.read_text().splitlines()[node.lineno - 1])
    ]
    assert inner == []
