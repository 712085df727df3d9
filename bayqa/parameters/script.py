"""Traditional Chinese signs of names of parameters and columns, in their simplified form."""

from __future__ import annotations

__all__ = ["simplify_script"]

_PAIRS = (
    "氣气 飽饱 鹽盐 亞亚 矽硅 懸悬 體体 葉叶 綠绿 學学 導导 電电 鎘镉 鉻铬 銅铜 鋅锌 "
    "鉛铅 鎳镍 鐵铁 錳锰 礦矿 類类 總总 機机 無无 離离 質质 區区 測测 監监 採采 樣样 "
    "緯纬 經经 層层 點点 號号 單单 備备 註注 項项 結结 濃浓 檢检 標标 數数 桿杆 腸肠 "
    "鹼碱 溫温 錄录 縣县 灣湾 庫库 島岛 間间 時时 調调 斷断 業业 員员 鉀钾 鈉钠 鈣钙 "
    "鎂镁 銀银 鋇钡 鈷钴 鉬钼 釩钒 鈹铍 錫锡 營营 養养 凱凯 濁浊 顏颜 臺台 誌志 價价 "
).split()
_TABLE = {ord(traditional): simplified for traditional, simplified in _PAIRS}


def simplify_script(text: str) -> str:
    """Text with the traditional signs that names of this subject use made simplified ones."""
    return text if text.isascii() else text.translate(_TABLE)
