"""What the notebooks share: Chinese letters in pictures, and numbers as the news writes them."""

from matplotlib import font_manager
from matplotlib import pyplot as plt

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "SimHei")
ADVICE = (
    "no font with Chinese letters was found. Either: pip install noto-cjk-sans-otc. "
    "Or install one on the system (Debian, Ubuntu: apt install fonts-noto-cjk), "
    "remove matplotlib's font list (its folder: matplotlib.get_cachedir()) and start the notebook again"
)


def use_chinese_font(fonts: tuple[str, ...] = FONTS) -> str:
    """Draw with the first of the fonts that is there, and give its name.

    The first one comes with the package noto-cjk-sans-otc (SIL Open Font Licence); the others are what
    systems have.  Raises RuntimeError, with advice, where there is none.
    """
    add_packaged_font()
    known = {font.name for font in font_manager.fontManager.ttflist}
    found = next((font for font in fonts if font in known), None)
    if found is None:
        raise RuntimeError(ADVICE)
    plt.rcParams["font.family"] = found
    plt.rcParams["axes.unicode_minus"] = False
    return found


def add_packaged_font() -> None:
    """Tell matplotlib of the font that the package brings, where the package is installed."""
    try:
        import noto_cjk_sans_otc  # noqa: PLC0415
    except ImportError:
        return
    font_manager.fontManager.addfont(str(noto_cjk_sans_otc.FONT_PATH))


def in_chinese(number: float) -> str:
    """A number as the news writes it.

    >>> [in_chinese(number) for number in (292_000_000, 126_000, 416)]
    ['2.92亿', '12.6万', '416']
    """
    for size, word in ((1e8, "亿"), (1e4, "万")):
        if number >= size:
            return f"{number / size:.4g}{word}"
    return f"{number:,.0f}"
