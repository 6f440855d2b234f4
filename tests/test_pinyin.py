"""Readings that converters leave: made pages lose them all, texts that explain a reading keep it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from pipeline.text.aligned import AlignedText
from pipeline.text.pinyin import remove_pinyin
from tests.noise import annotate_traditional, annotate_words

PAGE = (
    "全年全市法院共新收案件12.3万件,审结11.8万件,同比分别上升4.2%和5.1%。其中,劳动争议案件3200件,调解成功率达67.5%。\n"
    "市场监督管理部门组织执法人员1.6万人次,检查各类企业4.7万家,责令改正850家,罚没款2300余万元,移送公安机关处理12宗。\n"
    "在网络直播领域,该局与平台签订承诺书,推动建立商品质量追溯机制,下架违规链接5600条,关闭网店320个。\n"
    "记者从发布会上获悉,十四五期间,全省将新建改造农贸市场400个,为约90万户居民提供服务,总投资超过35亿元。"
)
KEPT = [
    "亳(bó)州市新收案件1200件,歙(shè)县、黟(yī)县共300件。",
    "三个地名最易读错:六安(lùān)、台州(tāizhōu)、铅山(yánshān)。去年三地接待游客900万人次。",
    "邯郸(Hándān)、汉中(Hànzhōng)、安庆(Ānqìng)三市入选。",
    "選手李娜(lǐ nà)奪冠,闞(kàn)姓居民300人。",
    "球员姚明(Yao Ming)与王治郅(Wang Zhizhi)到场,居民消费价格指数(cpi)上涨2%。",
    "单位为万元(wan),费率(a)与(b)不同,见附表(c)。",
    "女字旁读作女(nǚ),与老(lǎo)字不同,课上讲了12个字。",
    "他说好(hǎo)。" + "此后全年审结案件12万件,同比上升。" * 40 + "又读作今(jīn)和天(tiān)。",
]
Annotate = Callable[[str, random.Random], tuple[str, str, int]]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("annotate", [annotate_traditional, annotate_words])
def test_an_annotated_page_loses_every_reading(annotate: Annotate, seed: int) -> None:
    noisy, plain, number = annotate(PAGE, random.Random(seed))
    text = remove_pinyin(AlignedText.of(noisy))
    assert number > 15
    assert (text.clean, text.repairs) == (plain, {"pinyin": number})


@pytest.mark.parametrize("text", KEPT)
def test_what_explains_a_reading_stays(text: str) -> None:
    assert remove_pinyin(AlignedText.of(text)).clean == text


def test_a_rare_character_goes_with_the_others_of_its_page() -> None:
    page = "審結(jié)1294萬(wàn)件,構(gòu)成違法,鄺(kuàng)姓3人"
    assert remove_pinyin(AlignedText.of(page)).clean == "審結1294萬件,構成違法,鄺姓3人"
