"""Promises of what an ACP agent's forms and figures come to: words of a person, tokens and cost."""

from __future__ import annotations

from typing import Any

from console.agents.acp.elicitation import DECLINE, form_answer, form_question
from console.agents.acp.used import Used
from console.records.ask import Ask, AskStatus

# --- words of a person


def form(**properties: Any) -> dict[str, Any]:
    return {
        "mode": "form",
        "message": "Tell me",
        "requestedSchema": {"properties": properties, "required": [*properties]},
    }


def answered(given: dict[str, Any], answer: str = "", choice: str | None = None) -> dict[str, Any]:
    ask = Ask(id=1, task_id=1, body="?", about={}, status=AskStatus.ANSWERED, answer=answer, choice=choice)
    return form_answer(given, ask)


def test_a_form_of_one_field_takes_the_words_and_one_of_several_a_line_each() -> None:
    one, more = form(city={"type": "string"}), form(city={"type": "string"}, count={"type": "integer"})
    assert answered(one, "Basel: now") == {"action": "accept", "content": {"city": "Basel: now"}}
    assert answered(more, "city: Basel\ncount: 3") == {"action": "accept", "content": {"city": "Basel", "count": 3}}
    assert answered(more, "city: Basel") == answered(more, "city: Basel\ncount: many") == DECLINE


def test_a_form_with_choices_is_a_question_with_options() -> None:
    given = form(size={"type": "string", "oneOf": [{"const": "s", "title": "small"}, {"const": "l", "title": "large"}]})
    found = form_question(1, given, name="s/1", seconds=60)
    assert found is not None and [(o.id, o.label) for o in found.options] == [("s", "small"), ("l", "large")]
    assert answered(given, choice="l") == {"action": "accept", "content": {"size": "l"}}


def test_what_is_no_form_is_not_asked() -> None:
    assert form_question(1, {"mode": "url", "message": "go there"}, name="s/1", seconds=60) is None
    assert form_question(1, form(), name="s/1", seconds=60) is None


# --- what was used


def test_what_each_program_tells_is_counted_by_its_own_truth() -> None:
    claude, gemini, qwen = Used(), Used(), Used()
    claude.update(
        {"sessionUpdate": "usage_update", "used": 1250, "size": 10, "cost": {"amount": 0.0151, "currency": "USD"}}
    )
    claude.finish({"usage": {"inputTokens": 2000, "outputTokens": 100, "cachedReadTokens": 400, "totalTokens": 2500},
                   "_meta": {"quota": {"token_count": {"totalTokens": 3750}}}})  # fmt: skip
    assert (claude.usage.tokens, claude.usage.cost) == (2500, 0.0151)
    gemini.finish({"_meta": {"quota": {"token_count": {"input_tokens": 1200, "output_tokens": 50}}}})
    assert gemini.usage.tokens == 1250
    for _ in range(2):
        qwen.update(
            {"sessionUpdate": "agent_message_chunk", "_meta": {"usage": {"inputTokens": 1200, "totalTokens": 1250}}}
        )
    qwen.finish({"_meta": {}})
    assert qwen.usage.tokens == 2500


def test_the_cost_of_what_went_before_is_not_counted_again() -> None:
    used = Used(cost_before=0.5, whole_cost=0.5)
    assert used.usage.cost == 0
    used.update({"sessionUpdate": "usage_update", "cost": {"amount": 0.75, "currency": "USD"}})
    assert used.usage.cost == 0.25
