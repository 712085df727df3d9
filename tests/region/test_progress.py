from bayqa.region.progress import progress_bar


def test_a_log_gets_a_line_for_each_finished_part(capsys):
    with progress_bar() as move:
        for done, text in ((0, "a"), (0, "a: din 1/3"), (1, "b"), (2, "done")):
            move(done, 2, text)
    assert capsys.readouterr().err.splitlines() == ["0/2 a", "1/2 b", "2/2 done"]


def test_nothing_is_said_when_nothing_was_done(capsys):
    with progress_bar():
        pass
    assert capsys.readouterr().err == ""
