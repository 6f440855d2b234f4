"""Copies are found and named after the earliest; the next bulletin and another report are no copies."""

import random
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

import pipeline
from pipeline.duplicates.compare import compare, read_text
from pipeline.duplicates.group import Compared, Signed, find_duplicates, pair_key
from pipeline.duplicates.signature import sign
from pipeline.model import Article
from tests.copies import COPIERS, change_numbers, clean
from tests.shell_inputs import file_bytes, rows_of, run, write_lines

BRIDGE = """云州市北江大桥昨日正式合龙。这座桥全长2.86公里，主跨518米，双向六车道，连接老城区与北岸新区。
据建设单位介绍，大桥于2021年3月开工，先后有1200多名工人参与施工，浇筑混凝土21.6万立方米。
施工期间，江面通航一天也没有中断。项目负责人周工说，最难的是深水基础，水下有一层十多米厚的卵石，
钻机换了三种钻头才穿过去。大桥预计明年五月通车，届时从南湖到北岸的车程将从五十分钟缩短到一刻钟。
家住北岸的退休教师郑老师每天都到江边看工程进展。她说，小时候过江要等渡船，遇上大雾就回不了家，
如今孙女上学再也不用担心天气。沿江的三个社区已经开始征集老渡口的照片，准备在桥头办一个小展览。"""
OTHER_REPORT = """“最后一段钢梁严丝合缝，误差只有两毫米！”昨日上午九点，北江上空响起汽笛。
本报记者登上云州市北江大桥的施工平台，见证了这座主跨518米的斜拉桥合龙的时刻。
站在桥面往下看，货船一艘接着一艘。测量员小吴告诉记者，为了等一个没有风的早晨，团队守了四个晚上。
“钢梁白天受热会变长，只有日出前后那一个钟头尺寸最准。”他的笔记本上密密麻麻记着温度。
市交通局表示，接下来将铺装桥面、安装路灯和栏杆，通车时间定在明年五月。公交部门正在设计过江线路，
首批两条线路将经过人民医院和高铁站。许多市民在网上留言，希望给桥上的人行道多留几处观景台。"""
PLAY = """云州市文化馆本周六在河滨广场举办皮影戏专场，七位老艺人将登台演出《渔樵问答》等五个传统剧目。
演出晚上七点半开始，市民可凭身份证在文化馆一楼服务台领取门票，每人限领两张，领完为止。
馆长说，皮影戏在当地流传了两百多年，最盛时全县有四十几个戏班，如今只剩三个。为了让年轻人喜欢，
剧团把动画的配乐方法用到了老戏里，还在演出前安排半个小时，让孩子们到幕布后面亲手操纵影人。"""
BULLETIN = """{month}月份，云州市两级法院新收各类案件{a}件，审结{b}件，结案率为{c}%。其中，民事案件{d}件，
刑事案件{e}件，行政案件{f}件，分别占全部案件的{g}%、{h}%和{i}%。全市法院通过诉前调解化解纠纷{j}件，
调解成功率达到{k}%，同比提高{l}个百分点。执行到位金额{m}亿元，为{n}名农民工追回欠薪{o}万元。
下一步，全市法院将继续加强审判管理，推进繁简分流，努力让人民群众在每一个司法案件中感受到公平正义。"""


def bulletin(seed: int) -> str:
    """A month's bulletin: the same words, other numbers."""
    chance = random.Random(seed)
    values = {name: chance.randint(100, 9999) / 10 for name in "abcdefghijklmno"}
    return BULLETIN.format(month=seed % 12 + 1, **values)


def found(texts: Mapping[str, str], published: Mapping[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """For each duplicate what it is a duplicate of, and how."""
    published = published or {}
    cleaned = {name: clean(Article(name, text)).text.clean for name, text in texts.items()}
    articles = [
        Signed(name, datetime.fromisoformat(published[name]) if name in published else None, signature)
        for name, text in cleaned.items()
        if (signature := sign(text))
    ]
    rows = find_duplicates(articles, lambda ids: {name: cleaned[name] for name in ids})
    assert all(0 < row.match.similarity <= 1 for row in rows)
    return {row.article_id: (row.duplicate_of, str(row.match.kind)) for row in rows}


def named(texts: Mapping[str, str], published: Mapping[str, str] | None = None) -> dict[str, str]:
    """For each duplicate what it is a duplicate of."""
    return {name: earlier for name, (earlier, _) in found(texts, published).items()}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", COPIERS)
@pytest.mark.parametrize("text", [BRIDGE, OTHER_REPORT, PLAY], ids=["bridge", "report", "play"])
def test_each_kind_of_copy_is_found(text: str, kind: str, seed: int) -> None:
    copy = COPIERS[kind](text, random.Random(seed), ("石榴", "航班", "温度", "图纸", "邻居"))
    assert copy != text
    assert named({"a": BRIDGE, "b": OTHER_REPORT, "c": PLAY, "z": copy}) == {
        "z": {BRIDGE: "a", OTHER_REPORT: "b", PLAY: "c"}[text]
    }


def test_the_kind_says_how_much_is_the_same() -> None:
    texts = {
        "a": BRIDGE,
        "b": BRIDGE.replace("，", ", ").replace("\n", ""),
        "c": BRIDGE.replace("昨日", "8日").replace("周工", "周某"),
        "d": BRIDGE[:150],
        "e": PLAY + BRIDGE,
    }
    assert found(texts) == {
        "b": ("a", "exact"),
        "c": ("a", "near"),
        "d": ("a", "partial"),
        "e": ("a", "partial"),
    }


def test_two_reports_of_one_event_are_no_copies() -> None:
    assert not found({"a": BRIDGE, "b": OTHER_REPORT})
    quoting = OTHER_REPORT[:150] + BRIDGE[60:150] + OTHER_REPORT[150:]
    assert not found({"a": BRIDGE, "b": quoting})


def test_bulletins_of_other_months_are_no_copies() -> None:
    assert not found({f"m{month}": bulletin(month) for month in range(12)})
    assert not found({f"n{seed}": change_numbers(BRIDGE, random.Random(seed)) for seed in range(3)})


def test_a_copy_of_one_bulletin_is_found_among_many() -> None:
    texts = {f"m{number:03}": bulletin(number) for number in range(60)}
    copy = "来源：云州在线\n" + texts["m017"].replace("下一步", "今后")
    assert named(texts | {"z": copy}) == {"z": "m017"}


def test_a_number_put_right_leaves_a_copy() -> None:
    assert named({"a": BRIDGE, "b": BRIDGE.replace("1200", "1300")}) == {"b": "a"}


def test_the_earliest_is_named_by_time_then_by_id() -> None:
    texts = {"a": PLAY, "b": PLAY + "（来源：云州在线）", "c": PLAY[:120], "d": PLAY}
    times = {"a": "2024-05-03", "b": "2024-05-02", "c": "2024-05-02T08:00:00", "d": "2024-05-02"}
    assert named(texts, times) == {"a": "b", "c": "b", "d": "b"}
    assert named(texts, {"d": "2025-01-01"}) == {"a": "d", "b": "d", "c": "d"}
    assert named(texts) == {"b": "a", "c": "a", "d": "a"}


def test_a_chain_of_copies_leads_to_its_beginning() -> None:
    texts = {"a": BRIDGE}
    for number, name in enumerate("bcdefgh"):
        before = texts["abcdefgh"[number]]
        lines = before.split("\n")
        texts[name] = "\n".join([*lines[1:], f"{PLAY[30 * number : 30 * number + 30]}并祝各位读者周末愉快。"])
    assert not compare(read_text(texts["a"]), read_text(texts["h"]))
    rows = named({name: texts[name] for name in "abc"})
    assert rows == {"b": "a", "c": "a"}
    drifted = named(texts)
    assert all(drifted[name] < name for name in drifted)
    assert set(drifted) >= set("bcd")


def test_a_round_up_is_named_after_no_more_than_it_repeats() -> None:
    brief = PLAY[:100]
    assert named({"a": brief, "b": BRIDGE + OTHER_REPORT + brief}) == {}


@pytest.mark.parametrize("text", ["", "\n\n", "……！"])
def test_texts_without_characters_are_like_nothing(text: str) -> None:
    assert sign(text) is None
    assert found({"a": BRIDGE, "b": BRIDGE}) == {"b": ("a", "exact")}


def test_short_texts_are_copies_only_when_they_are_equal() -> None:
    texts = {"a": "停水通知", "b": "停水通知。", "c": "停水通知(二)", "d": "停电通知", "e": "停水通知，见谅"}
    assert found(texts) == {"b": ("a", "exact")}


def test_the_order_of_the_articles_changes_nothing() -> None:
    chance = random.Random(7)
    texts = {"a": BRIDGE, "b": OTHER_REPORT, "c": PLAY}
    for number, (kind, copier) in enumerate([*COPIERS.items()] * 2):
        texts[f"{kind}{number}"] = copier(texts["abc"[number % 3]], chance, ("石榴", "航班"))
    expected = found(texts)
    assert len(expected) == 8
    for _ in range(3):
        names = list(texts)
        chance.shuffle(names)
        assert found({name: texts[name] for name in names}) == expected


def test_long_and_odd_texts_do_no_harm() -> None:
    odd = "1\x002，\ud800三" * 20
    assert compare(read_text(odd), read_text(odd))
    assert compare(read_text(BRIDGE * 400), read_text(BRIDGE * 401))
    assert find_duplicates([], lambda ids: {}) == ()


def write_copies(raw: Path) -> None:
    """Three folders: articles, copies of two of them, bulletins."""
    write_lines(
        raw / "f0/a.jsonl",
        [{"id": "bridge", "text": BRIDGE}, {"id": "play", "text": PLAY, "published_at": "2024-05-02"}],
    )
    write_lines(
        raw / "f1/a.jsonl",
        [{"id": "x1", "text": BRIDGE[:150]}, {"id": "x2", "text": PLAY, "published_at": "2024-05-01"}],
    )
    write_lines(raw / "f2/a.jsonl", [{"id": f"m{month}", "text": bulletin(month)} for month in range(3)])


def test_runs_fill_the_table_and_take_up_only_what_changed(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_copies(raw)
    assert run(raw, processed).counts.rows["duplicates"] == 2
    assert pairs_of(processed) == {"x1": "bridge", "play": "x2"}
    frame = pipeline.read_duplicates(processed)
    assert dict(zip(frame["article_id"], frame["kind"], strict=True)) == {"play": "exact", "x1": "partial"}
    kept = signatures_of(processed)

    edited = [{"id": "m0", "text": bulletin(0) + "特此通报。"}, {"id": "m9", "text": PLAY}]
    write_lines(raw / "f2/a.jsonl", edited)  # type: ignore[arg-type]
    assert run(raw, processed).shards_run == 1
    assert pairs_of(processed) == {"x1": "bridge", "play": "x2", "m9": "x2"}
    assert len(signatures_of(processed) & kept) == len(kept) - 1
    check_rebuilt(raw, processed, tmp_path / "edited")

    write_lines(raw / "f3/a.jsonl", [{"id": "new", "text": bulletin(0), "published_at": "2024-01-01"}])
    assert run(raw, processed).shards_run == 1
    assert pairs_of(processed) == {"x1": "bridge", "play": "x2", "m9": "x2", "m0": "new"}
    check_rebuilt(raw, processed, tmp_path / "added")

    (raw / "f1/a.jsonl").unlink()
    assert run(raw, processed).shards_run == 0
    assert pairs_of(processed) == {"m9": "play", "m0": "new"}
    check_rebuilt(raw, processed, tmp_path / "removed")


def test_texts_that_were_compared_are_not_compared_again() -> None:
    texts = {"a": BRIDGE, "b": BRIDGE + "（记者 林某）", "c": PLAY}
    asked: list[frozenset[str]] = []

    def find(compared: Compared) -> list[tuple[str, str]]:
        articles = [
            Signed(name, None, signature, text.encode()[:300])
            for name, text in texts.items()
            if (signature := sign(text))
        ]
        found = find_duplicates(articles, lambda ids: asked.append(ids) or texts, compared)  # type: ignore[func-returns-value]
        return [(one.article_id, one.duplicate_of) for one in found]

    compared: Compared = {}
    assert find(compared) == [("b", "a")]
    assert asked[0] == {"a", "b"}
    assert find(compared) == [("b", "a")]
    assert not any(asked[2:])
    texts["b"] = PLAY + "（记者 林某）"
    assert find(compared) == find({}) == [("c", "b")]
    assert compared.keys() == {pair_key(texts["b"].encode()[:300], texts["c"].encode()[:300])}


def test_duplicates_are_looked_for_only_after_a_change(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_copies(raw)
    run(raw, processed)
    before = file_bytes(processed)
    run(raw, processed)
    (file,) = (processed / "duplicates").iterdir()
    file.write_bytes(b"damaged")
    run(raw, processed)
    assert file_bytes(processed) == before
    looked = ["duplicates" in dict(row["seconds"]) for row in rows_of(processed, "runs")]  # type: ignore[call-overload]
    assert looked == [True, False, True]


def test_engines_and_shard_sizes_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "raw"
    write_copies(raw)
    write_lines(raw / "f0/b.jsonl", [{"id": "y", "text": BRIDGE + PLAY}])
    run(raw, tmp_path / "inline")
    run(raw, tmp_path / "pool", engine="pool", workers=2)
    assert file_bytes(tmp_path / "pool") == file_bytes(tmp_path / "inline")
    monkeypatch.setattr("pipeline.plan.SHARD_FILES", 1)
    assert run(raw, tmp_path / "small").shards_run == 4
    assert rows_of(tmp_path / "small", "duplicates") == rows_of(tmp_path / "inline", "duplicates")
    assert len(rows_of(tmp_path / "small", "duplicates")) == 3


def pairs_of(processed: Path) -> dict[object, object]:
    return {row["article_id"]: row["duplicate_of"] for row in rows_of(processed, "duplicates")}


def signatures_of(processed: Path) -> set[tuple[str, bytes]]:
    return {(file.name, file.read_bytes()) for file in (processed / "current/signatures").iterdir()}


def check_rebuilt(raw: Path, processed: Path, folder: Path) -> None:
    run(raw, folder)
    assert file_bytes(processed) == file_bytes(folder)
    assert signatures_of(processed) == signatures_of(folder)
