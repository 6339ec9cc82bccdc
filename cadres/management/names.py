"""Names of fictional people: frequent and rare surnames, given names by gender, names of the minorities."""

import random
from dataclasses import dataclass, field

from cadres.management.places import words

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万钱严赖洪武莫孔向汤"
)
RARE_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "尉迟",
    "令狐",
    "单",
    "解",
    "仇",
    "区",
    "查",
    "华",
    "朴",
    "盖",
    "缪",
    "翟",
    "覃",
    "逄",
    "亓",
    "卜",
)
BOYS = words(
    "伟 磊 强 军 勇 涛 超 鹏 杰 斌 浩 宇 博 晨 凯 旭 睿 航 志强 建国 文博 子轩 浩然 俊杰 宇航 天佑 明远 嘉诚 思远 "
    "家豪 泽宇 皓轩 梓豪 一鸣 立群 永康 海涛 振华 国栋 春生 向阳 小龙 晓东 学文 承志 景行 致远 亦凡 启明 书恒"
)
GIRLS = words(
    "芳 娜 敏 静 丽 艳 娟 霞 玲 婷 雪 琳 倩 颖 悦 瑶 雯 欣 雨桐 梓涵 诗琪 思雨 梦洁 晓燕 佳怡 欣怡 若彤 语嫣 可馨 "
    "子萱 婉清 春梅 秋月 海燕 丽华 雅静 文静 小雨 静怡 念慈 知夏 清荷 晚晴 楚楚 依依 明月 书瑶 一诺 佳宁 慧敏"
)
RARE_GIVEN = ("垚", "喆", "翀", "堃", "赟", "劼", "昇昇", "䶮", "㛃", "骉", "彧", "甯")
MINORITY = (
    ("05", "男", "买买提江·吐尔逊"),
    ("05", "女", "古丽娜尔·艾合买提"),
    ("05", "女", "热依汗古丽·阿卜杜拉"),
    ("05", "男", "艾力江·库尔班"),
    ("17", "女", "阿依达娜·叶尔肯"),
    ("17", "男", "叶尔兰·哈布力"),
    ("04", "女", "卓玛拉姆"),
    ("04", "男", "扎西多吉"),
    ("02", "女", "乌日娜"),
    ("02", "男", "巴特尔"),
    ("07", "男", "阿木伍沙"),
    ("07", "女", "吉克日木"),
)
ETHNICITY_WEIGHTS = {"01": 900, "11": 18, "03": 18, "08": 14, "06": 12, "15": 12, "12": 6, "14": 5, "10": 5, "18": 3}


@dataclass
class NameBook:
    """Gives names; the same one comes twice now and then, as in life."""

    rng: random.Random
    taken: set[str] = field(default_factory=set)
    _minority: list[tuple[str, str, str]] = field(default_factory=lambda: list(MINORITY))
    _rare: list[str] = field(default_factory=lambda: [*RARE_GIVEN, *RARE_GIVEN])

    def person(self, gender: str) -> tuple[str, str]:
        """Give a name and the code of the ethnicity that goes with it."""
        if self.rng.random() < 0.012:
            found = next((one for one in self._minority if one[1] == ("男" if gender == "male" else "女")), None)
            if found:
                self._minority.remove(found)
                return found[2], found[0]
        name = self._han(gender)
        if name in self.taken and self.rng.random() < 0.9:  # some namesakes stay
            name = self._han(gender)
        self.taken.add(name)
        return name, self._ethnicity()

    def _han(self, gender: str) -> str:
        surname = self.rng.choice(RARE_SURNAMES) if self.rng.random() < 0.03 else self._surname()
        given = self.rng.choice(BOYS if gender == "male" else GIRLS)
        if self._rare and self.rng.random() < 0.012:
            given = self._rare.pop(self.rng.randrange(len(self._rare)))
        return surname + given

    def _surname(self) -> str:
        """Take an early surname of the list more often than a late one."""
        return SURNAMES[int(len(SURNAMES) * self.rng.random() ** 1.8)]

    def _ethnicity(self) -> str:
        return self.rng.choices(list(ETHNICITY_WEIGHTS), list(ETHNICITY_WEIGHTS.values()))[0]
