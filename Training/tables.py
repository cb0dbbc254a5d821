"""Word tables: opposites, colours, things to name, numbers and dates. Plain facts in two languages."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Country:
    english: str
    capital: str
    chinese: str
    chinese_capital: str
    continent: str


def countries() -> list[Country]:
    with open(Path(__file__).with_name("countries.tsv"), encoding="utf-8", newline="") as file:
        return [Country(**row) for row in csv.DictReader(file, delimiter="\t")]


CONTINENTS = {
    "Asia": "亞洲", "Europe": "歐洲", "Africa": "非洲", "North America": "北美洲", "South America": "南美洲",
    "Oceania": "大洋洲",
}

# Each pair both ways; a word stands in one pair only, so that each has one opposite.
OPPOSITES = [tuple(line.split()) for line in """
hot cold 熱 冷
big small 大 小
tall short 高 矮
fast slow 快 慢
up down 上 下
left right 左 右
day night 白天 黑夜
happy sad 快樂 悲傷
open closed 開 關
full empty 滿 空
young old 年輕 年老
wet dry 濕 乾
bright dark 亮 暗
heavy light 重 輕
hard soft 硬 軟
rich poor 富有 貧窮
strong weak 強 弱
early late 早 晚
near far 近 遠
thick thin 厚 薄
clean dirty 乾淨 骯髒
loud quiet 吵鬧 安靜
good bad 好 壞
easy difficult 容易 困難
first last 最先 最後
inside outside 裡面 外面
top bottom 頂端 底部
true false 真 假
begin finish 開始 結束
buy sell 買 賣
push pull 推 拉
win lose 贏 輸
give take 給 拿
love hate 愛 恨
laugh cry 笑 哭
remember forget 記得 忘記
deep shallow 深 淺
wide narrow 寬 窄
smooth rough 光滑 粗糙
sweet bitter 甜 苦
brave cowardly 勇敢 膽小
sharp blunt 尖 鈍
front back 前 後
north south 北 南
east west 東 西
summer winter 夏天 冬天
black white 黑 白
war peace 戰爭 和平
question answer 問題 答案
success failure 成功 失敗
safe dangerous 安全 危險
more less 多 少
above below 上面 下面
arrive leave 到達 離開
""".strip().splitlines()]

COLOURS = {
    "blue": "藍色", "green": "綠色", "yellow": "黃色", "white": "白色", "red": "紅色", "black": "黑色",
    "orange": "橘色", "brown": "咖啡色", "grey": "灰色", "pink": "粉紅色", "purple": "紫色",
}

THINGS_WITH_COLOUR = [tuple(line.split("|")) for line in """
the sky|天空|blue
the sea|大海|blue
grass|草|green
a leaf|葉子|green
a frog|青蛙|green
a cucumber|小黃瓜|green
the sun|太陽|yellow
a banana|香蕉|yellow
a lemon|檸檬|yellow
a chick|小雞|yellow
snow|雪|white
milk|牛奶|white
a cloud|雲|white
rice|米飯|white
tofu|豆腐|white
a swan|天鵝|white
blood|血|red
a tomato|番茄|red
a strawberry|草莓|red
a fire engine|消防車|red
a cherry|櫻桃|red
coal|煤炭|black
a crow|烏鴉|black
soy sauce|醬油|black
a carrot|紅蘿蔔|orange
a pumpkin|南瓜|orange
a tangerine|橘子|orange
chocolate|巧克力|brown
a bear|熊|brown
a tree trunk|樹幹|brown
an elephant|大象|grey
a mouse|老鼠|grey
a pig|豬|pink
a flamingo|紅鶴|pink
a grape|葡萄|purple
an eggplant|茄子|purple
""".strip().splitlines()]

WORDS = [tuple(line.split()) for line in """
cat 貓
dog 狗
bird 鳥
fish 魚
horse 馬
cow 牛
sheep 羊
tiger 老虎
lion 獅子
rabbit 兔子
monkey 猴子
bear 熊
fox 狐狸
duck 鴨子
frog 青蛙
mouse 老鼠
elephant 大象
tree 樹
flower 花
water 水
fire 火
mountain 山
river 河
sea 海
sun 太陽
moon 月亮
star 星星
rain 雨
snow 雪
wind 風
book 書
pen 筆
paper 紙
table 桌子
chair 椅子
door 門
window 窗戶
house 房子
school 學校
teacher 老師
student 學生
friend 朋友
mother 媽媽
father 爸爸
apple 蘋果
banana 香蕉
bread 麵包
tea 茶
milk 牛奶
egg 蛋
bus 公車
train 火車
ship 船
city 城市
music 音樂
hand 手
eye 眼睛
heart 心
computer 電腦
word 字
""".strip().splitlines()]

# More words for repeated patterns, where meaning plays no part.
PATTERN_WORDS = """ant bag bell box cake cap car coin cup desk drum ear egg farm flag foot game gate gold hat hill ink jar key
king kite lake lamp leaf line map milk nest net nose oil park path pear pig pin pond pot queen ring road rock roof root
rope rose sand seed shoe silk song soup spoon stone sugar tail tent tower toy wall wheel wood wool yard""".split()

DIGIT_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " \
    "seventeen eighteen nineteen twenty"
ENGLISH_NUMBERS = DIGIT_WORDS.split()
CHINESE_DIGITS = "零一二三四五六七八九"

SEQUENCES = {
    "days": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "months": "January February March April May June July August September October November December".split(),
    "letters": "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z".split(),
    "星期": "星期一 星期二 星期三 星期四 星期五 星期六 星期日".split(),
    "月份": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月".split(),
}


def chinese_number(value: int) -> str:
    """0…99 as it is written out: 7 七, 12 十二, 40 四十, 85 八十五."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return CHINESE_DIGITS[ones]
    head = "十" if tens == 1 else CHINESE_DIGITS[tens] + "十"
    return head + (CHINESE_DIGITS[ones] if ones else "")

# Countries that lessons use most. The tokenizer sees their names and capitals more often, so that each is one token
# (" Paris", "巴黎") and a lesson can point at one place.
FAMILIAR = """France Italy Japan Germany Spain China India Egypt Canada Brazil Russia Greece Austria Thailand Vietnam
Taiwan Norway Sweden Finland Denmark Poland Portugal Ireland Cuba Peru Chile Kenya Turkey Iran Iraq Mexico Argentina
Australia Belgium Hungary Switzerland Ukraine""".split()
