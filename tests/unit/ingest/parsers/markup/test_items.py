from ingest.parsers.markup.items import Items


def test_items_of_lists_within_lists_count_on_where_they_were() -> None:
    items, marks = Items(), []
    items.open_list(3)
    items.open()
    marks.append(items.take())
    items.open_list(None)
    items.open()
    marks.append((items.level, items.take()))
    items.close()
    items.close_list()
    items.close()
    items.open()
    assert (marks, items.mark) == (["3. ", (1, "• ")], "4. ")


def test_a_mark_is_written_once() -> None:
    items = Items()
    items.open_list(1)
    items.open()
    assert (items.take(), items.take(), items.mark) == ("1. ", "", "")


def test_what_is_closed_too_often_or_stands_in_no_list_does_no_harm() -> None:
    items = Items()
    items.close_list()
    items.close()
    assert (items.take(), items.level) == ("", 0)
    items.open()
    assert items.mark == "• "
