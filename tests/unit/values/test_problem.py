"""Problems as values."""

from renewkit.values.problem import Problem, Severity

PROBLEM = Problem("statement.amount", "line-7", message="expected an amount, got '12,x'", remedy="correct the line")


def test_a_problem_reads_as_one_line() -> None:
    """The subject, what came and what to do stand in one line."""
    assert "line-7: expected an amount, got '12,x' (correct the line)" == str(PROBLEM)


def test_a_problem_is_an_error_unless_said_otherwise() -> None:
    """Silence about severity means that the work was not done."""
    assert (Severity.ERROR, None) == (PROBLEM.severity, PROBLEM.source)


def test_problems_are_values() -> None:
    """Equal content, equal hash: the same problem found twice is one."""
    twin = Problem("statement.amount", "line-7", message="expected an amount, got '12,x'", remedy="correct the line")
    assert 1 == len({PROBLEM, twin})
