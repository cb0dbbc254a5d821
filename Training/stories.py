"""Short simple stories in two languages, told from small plots with many choices. corpus.py and chat.py call this.

A plot is a list of moments; a moment is a list of ways to tell it. Slots are filled once per story, so a name, a
colour or a thing stays the same from the first sentence to the last.
"""

import random

from common import sentence, zh

HEROES = [("cat", "貓", "隻"), ("dog", "狗", "隻"), ("rabbit", "兔子", "隻"), ("bear", "熊", "隻"), ("fox", "狐狸", "隻"),
          ("bird", "鳥", "隻"), ("duck", "鴨子", "隻"), ("mouse", "老鼠", "隻"), ("frog", "青蛙", "隻"),
          ("elephant", "象", "隻"), ("girl", "女孩", "個"), ("boy", "男孩", "個")]
SHE = "Mia Lily Anna Ruby Kiki Nora Amy Emma Lucy Ivy".split()
HE = "Tom Ben Max Sam Leo Finn Jack Oscar Tim Bob".split()
CHINESE_NAMES = "小美 小明 小華 小玉 阿寶 阿福 樂樂 球球 點點 咪咪 毛毛 豆豆".split()
PLACES = [("in the forest", "森林 裡"), ("by the river", "河 邊"), ("in the park", "公園 裡"), ("in the garden", "花園 裡"),
          ("on the hill", "山 上"), ("by the sea", "海 邊"), ("near the school", "學校 旁邊"), ("in the village", "村子 裡")]
THINGS = [("ball", "球", "顆"), ("kite", "風箏", "個"), ("book", "書", "本"), ("hat", "帽子", "頂"), ("key", "鑰匙", "把"),
          ("drum", "鼓", "個"), ("boat", "小船", "艘"), ("lamp", "燈", "盞"), ("box", "盒子", "個"), ("bell", "鈴鐺", "個")]
SHADES = [("red", "紅色"), ("blue", "藍色"), ("green", "綠色"), ("yellow", "黃色"), ("white", "白色"), ("pink", "粉紅色")]
FOODS = [("an apple", "一 顆 蘋果"), ("a piece of cake", "一 塊 蛋糕"), ("some bread", "一些 麵包"), ("some cookies", "一些 餅乾"),
         ("a bowl of noodles", "一 碗 麵"), ("a big watermelon", "一 顆 大 西瓜"), ("a mango", "一 顆 芒果"),
         ("some dumplings", "一些 水餃")]
FEELINGS = [("happy", "快樂"), ("sad", "難過"), ("hungry", "餓"), ("tired", "累"), ("lonely", "孤單"), ("bored", "無聊")]
MODES = [("kind", "善良"), ("brave", "勇敢"), ("shy", "害羞"), ("clever", "聰明"), ("funny", "有趣")]

OPENINGS = [
    ["Once upon a time, there was a little {hero} named {name}.", "Once upon a time, a {mode} {hero} named {name} lived {place}.",
     "There was once a little {hero}. {His} name was {name}."],
    ["{name} lived {place}.", "{name} was very {mode}.", "Everyone said that {name} was {mode}.", ""],
]
PLOTS = {
    "lost": [
        ["{name} had a {shade} {thing}. {He} loved it very much.", "{name} liked to play with a {shade} {thing}."],
        ["One day, the {shade} {thing} was gone.", "One morning, {name} could not find the {thing}."],
        ["{name} looked {place}, but it was not there.", "{name} looked everywhere. {He} was sad.", "{name} began to cry."],
        ["Then {friend} the {helper} came. \"I will help you,\" said {friend}.", "{friend} the {helper} saw {name} and asked, \"What is wrong?\""],
        ["They looked together, and soon they found the {thing} under a tree.", "\"Look!\" said {friend}. The {thing} was behind a rock."],
        ["{name} was so happy. \"Thank you, {friend}!\" {he} said."],
    ],
    "share": [
        ["One day, {name} had {food}.", "One morning, {his} mother gave {name} {food}."],
        ["{He} sat down {place} to eat.", "{name} wanted to eat it {place}."],
        ["Then {name} saw {friend} the {helper}. {friend} was very hungry.", "{friend} the {helper} came by. \"I am so hungry,\" said {friend}."],
        ["{name} thought for a moment. \"We can share,\" {he} said.", "\"Please eat with me,\" said {name}."],
        ["They ate together and laughed.", "They ate it all, and it was very good."],
        ["After that day, {name} and {friend} were good friends.", "\"It tastes better with a friend,\" said {name}."],
    ],
    "rain": [
        ["One day, {name} was playing {place}.", "One afternoon, {name} went for a walk {place}."],
        ["Suddenly, it began to rain.", "Then dark clouds came, and it rained hard."],
        ["{name} was wet and cold.", "{name} ran, but there was no house near."],
        ["{friend} the {helper} opened a door. \"Come in!\" said {friend}.", "{friend} the {helper} had a {shade} umbrella. \"Come here!\" said {friend}."],
        ["They drank warm tea and told stories.", "They sat together and listened to the rain."],
        ["When the rain stopped, they saw a rainbow in the sky.", "Soon the sun came out again, and {name} went home happy."],
    ],
    "learn": [
        ["{name} wanted to swim, but {he} was afraid of the water.", "{name} could not swim. {He} was afraid."],
        ["{friend} the {helper} said, \"Do not be afraid. I will teach you.\"", "\"Try it with me,\" said {friend} the {helper}."],
        ["On the first day, {name} only put one foot in the water.", "At first, {name} fell and got wet."],
        ["But {he} did not give up. {He} tried again and again.", "Every day, {name} tried a little more."],
        ["At last, {name} could swim!", "One day, {name} swam all by {self}!"],
        ["\"I did it!\" said {name}. {friend} was proud.", "\"You see,\" said {friend}, \"you can do it.\""],
    ],
    "seed": [
        ["One day, {name} found a small seed {place}.", "One spring day, {friend} the {helper} gave {name} a seed."],
        ["{He} put it in the ground and gave it water.", "{name} planted it in the garden."],
        ["Every day, {name} came to look, but nothing happened.", "{name} waited and waited."],
        ["\"Be patient,\" said {friend} the {helper}.", "{friend} the {helper} said, \"Good things take time.\""],
        ["One morning, there was a small green leaf.", "Then the sun came out, and a green leaf came up."],
        ["In summer, it was a beautiful {shade} flower. {name} smiled.", "Soon there was a big {shade} flower, and {name} was happy."],
    ],
    "night": [
        ["One night, {name} could not sleep.", "It was late, but {name} was not tired."],
        ["It was dark, and {he} was afraid.", "The wind was loud, and {name} was scared."],
        ["{His} mother came and sat down next to {him}.", "{His} father came with a {shade} lamp."],
        ["\"Look at the stars,\" {name} heard. \"They watch over you.\"", "They looked at the moon and counted the stars."],
        ["\"One, two, three, four, five,\" said {name}.", "{name} was not afraid any more."],
        ["Soon {name} was asleep.", "{name} closed {his} eyes and had a good dream."],
    ],
    "find": [
        ["One day, {name} found a {shade} {thing} {place}.", "One day, there was a {shade} {thing} {place}. {name} picked it up."],
        ["\"Whose {thing} is this?\" asked {name}.", "{name} asked everyone, \"Is this your {thing}?\""],
        ["{He} asked the {hero2}, but the {hero2} said no.", "\"It is not mine,\" said the {hero2}."],
        ["Then {name} met {friend} the {helper}. {friend} looked sad.", "At last, {name} saw {friend} the {helper}. {friend} was crying."],
        ["\"That is my {thing}!\" said {friend}.", "\"You found my {shade} {thing}!\" said {friend}."],
        ["{name} gave it back, and they played together all day.", "{name} was glad to help. They became best friends."],
    ],
    "gift": [
        ["Tomorrow was the birthday of {friend} the {helper}.", "It was the birthday of {friend} the {helper}."],
        ["{name} wanted to give {friend} a gift, but {he} had no money.", "\"What can I give to {friend}?\" thought {name}."],
        ["So {name} made a {shade} {thing}.", "{name} worked all day and made a {shade} {thing}."],
        ["{name} also brought {food}.", "{He} put it in a box."],
        ["\"Happy birthday!\" said {name}.", "{friend} opened the box and smiled."],
        ["\"It is the best {thing} in the world,\" said {friend}.", "They sang and danced until night."],
    ],
}
CHINESE_OPENINGS = [
    ["從前 , 有 一 {measure} 小 {hero} , 名叫 {name} 。", "從前 , {place} 住 著 一 {measure} {mode} 的 小 {hero} , 名叫 {name} 。",
     "從前 有 一 {measure} 小 {hero} 。 牠 叫 {name} 。"],
    ["{name} 住 在 {place} 。", "{name} 很 {mode} 。", "大家 都 說 {name} 很 {mode} 。", ""],
]
CHINESE_PLOTS = {
    "lost": [
        ["{name} 有 一 {unit} {shade} 的 {thing} , 牠 非常 喜歡 。", "{name} 喜歡 玩 {shade} 的 {thing} 。"],
        ["有 一天 , {shade} 的 {thing} 不見 了 。", "有 一天 早上 , {name} 找 不到 {thing} 。"],
        ["{name} 在 {place} 找 , 可是 沒有 找到 。", "{name} 到處 找 , 心裡 很 難過 。", "{name} 哭 了 起來 。"],
        ["{helper} {friend} 來 了 , 說 : 「 我 來 幫 你 。 」", "{helper} {friend} 看到 {name} , 問 : 「 怎麼 了 ? 」"],
        ["牠們 一起 找 , 終於 在 樹 下 找到 了 {thing} 。", "「 你 看 ! 」 {friend} 說 , {thing} 就 在 石頭 後面 。"],
        ["{name} 好 開心 , 說 : 「 謝謝 你 , {friend} ! 」"],
    ],
    "share": [
        ["有 一天 , {name} 有 {food} 。", "有 一天 早上 , 媽媽 給 {name} {food} 。"],
        ["牠 坐 在 {place} , 準備 要 吃 。", "{name} 想 在 {place} 吃 。"],
        ["這時 , {name} 看到 {helper} {friend} , {friend} 很 餓 。", "{helper} {friend} 走 過來 說 : 「 我 好 餓 。 」"],
        ["{name} 想 了 一下 , 說 : 「 我們 一起 吃 吧 。 」", "「 請 跟 我 一起 吃 。 」 {name} 說 。"],
        ["牠們 一起 吃 , 一起 笑 。", "牠們 都 吃 完 了 , 真 好吃 。"],
        ["從 那天 起 , {name} 和 {friend} 成為 好 朋友 。", "「 跟 朋友 一起 吃 更 好吃 。 」 {name} 說 。"],
    ],
    "rain": [
        ["有 一天 , {name} 在 {place} 玩 。", "有 一天 下午 , {name} 到 {place} 散步 。"],
        ["忽然 下 雨 了 。", "天上 來 了 烏雲 , 下 起 大雨 。"],
        ["{name} 又 濕 又 冷 。", "{name} 跑 啊 跑 , 可是 附近 沒有 房子 。"],
        ["{helper} {friend} 打開 門 說 : 「 快 進來 ! 」", "{helper} {friend} 有 一 把 {shade} 的 雨傘 , 說 : 「 快 過來 ! 」"],
        ["牠們 喝 熱茶 , 說 故事 。", "牠們 坐 在 一起 , 聽 雨 的 聲音 。"],
        ["雨 停 了 , 天上 有 一 道 彩虹 。", "不久 , 太陽 出來 了 , {name} 開心 地 回家 。"],
    ],
    "learn": [
        ["{name} 想 學 游泳 , 可是 很 怕 水 。", "{name} 不會 游泳 , 心裡 很 害怕 。"],
        ["{helper} {friend} 說 : 「 別 怕 , 我 教 你 。 」", "「 跟 我 一起 試試 看 。 」 {helper} {friend} 說 。"],
        ["第一天 , {name} 只 敢 把 一 隻 腳 放進 水 裡 。", "一 開始 , {name} 總是 跌倒 。"],
        ["可是 牠 沒有 放棄 , 試 了 又 試 。", "每天 , {name} 都 進步 一點 。"],
        ["最後 , {name} 會 游泳 了 !", "有 一天 , {name} 自己 游 了 好 遠 !"],
        ["「 我 做到 了 ! 」 {name} 說 。 {friend} 很 高興 。", "「 你 看 , 」 {friend} 說 , 「 你 做得到 。 」"],
    ],
    "seed": [
        ["有 一天 , {name} 在 {place} 找到 一 顆 種子 。", "春天 , {helper} {friend} 送 給 {name} 一 顆 種子 。"],
        ["牠 把 種子 放進 土 裡 , 給 它 水 。", "{name} 把 它 種 在 花園 裡 。"],
        ["{name} 每天 來 看 , 可是 什麼 都 沒有 。", "{name} 等 啊 等 。"],
        ["{helper} {friend} 說 : 「 要 有 耐心 。 」", "「 好 的 事 需要 時間 。 」 {helper} {friend} 說 。"],
        ["有 一天 早上 , 長出 了 一 片 綠色 的 葉子 。", "太陽 出來 了 , 綠色 的 葉子 也 長出來 了 。"],
        ["到 了 夏天 , 開 了 一 朵 {shade} 的 花 , {name} 笑 了 。", "不久 , 開 出 了 一 朵 {shade} 的 大 花 , {name} 好 開心 。"],
    ],
    "night": [
        ["有 一天 晚上 , {name} 睡 不著 。", "夜 深 了 , 可是 {name} 還 不 想 睡 。"],
        ["外面 很 黑 , {name} 很 害怕 。", "風 很 大 , {name} 有點 怕 。"],
        ["媽媽 來 了 , 坐 在 {name} 旁邊 。", "爸爸 拿 著 {shade} 的 燈 來 了 。"],
        ["「 你 看 天上 的 星星 , 」 {name} 聽到 , 「 它們 都 在 陪 你 。 」", "牠們 一起 看 月亮 , 數 星星 。"],
        ["「 一 、 二 、 三 、 四 、 五 , 」 {name} 數 著 。", "{name} 不 怕 了 。"],
        ["不久 , {name} 睡著 了 。", "{name} 閉 上 眼睛 , 做 了 一 個 好夢 。"],
    ],
    "find": [
        ["有 一天 , {name} 在 {place} 找到 一 {unit} {shade} 的 {thing} 。", "有 一天 , {place} 有 一 {unit} {shade} 的 {thing} , {name} 撿 了 起來 。"],
        ["「 這 是 誰 的 {thing} ? 」 {name} 問 。", "{name} 問 大家 : 「 這 是 你 的 {thing} 嗎 ? 」"],
        ["牠 問 小 {hero2} , 小 {hero2} 說 不是 。", "「 不是 我 的 。 」 小 {hero2} 說 。"],
        ["後來 , {name} 遇到 {helper} {friend} , {friend} 看 起來 很 難過 。", "最後 , {name} 看到 {helper} {friend} 在 哭 。"],
        ["「 那 是 我 的 {thing} ! 」 {friend} 說 。", "「 你 找到 我 {shade} 的 {thing} 了 ! 」 {friend} 說 。"],
        ["{name} 把 {thing} 還 給 {friend} , 牠們 一起 玩 了 一整天 。", "{name} 很 高興 , 牠們 成為 最 好 的 朋友 。"],
    ],
    "gift": [
        ["明天 是 {helper} {friend} 的 生日 。", "今天 是 {helper} {friend} 的 生日 。"],
        ["{name} 想 送 禮物 , 可是 沒有 錢 。", "「 我 可以 送 {friend} 什麼 呢 ? 」 {name} 想 。"],
        ["所以 {name} 做 了 一 {unit} {shade} 的 {thing} 。", "{name} 忙 了 一整天 , 做 了 一 {unit} {shade} 的 {thing} 。"],
        ["{name} 還 帶 了 {food} 。", "牠 把 禮物 放進 盒子 裡 。"],
        ["「 生日 快樂 ! 」 {name} 說 。", "{friend} 打開 盒子 , 笑 了 。"],
        ["「 這 是 世界 上 最 好 的 {thing} 。 」 {friend} 說 。", "牠們 唱歌 跳舞 , 一直 玩 到 晚上 。"],
    ],
}
ANIMALS = HEROES[:10]


def slots(rng: random.Random, hero: tuple[str, str, str] | None) -> tuple[dict[str, str], dict[str, str]]:
    """The choices of one story, in English and in Chinese."""
    kind = hero or rng.choice(HEROES)
    helper, other = rng.sample([animal for animal in ANIMALS if animal != kind], 2)
    female = kind[0] == "girl" or (kind[0] != "boy" and rng.random() < 0.5)
    name = rng.choice(SHE if female else HE)
    friend = rng.choice([other_name for other_name in SHE + HE if other_name != name])
    chinese_name, chinese_friend = rng.sample(CHINESE_NAMES, 2)
    place, shade, thing = rng.choice(PLACES), rng.choice(SHADES), rng.choice(THINGS)
    food, mode = rng.choice(FOODS), rng.choice(MODES)
    he, him, his, self_ = ("she", "her", "her", "herself") if female else ("he", "him", "his", "himself")
    english = {"hero": kind[0], "helper": helper[0], "hero2": other[0], "name": name, "friend": friend,
               "place": place[0], "shade": shade[0], "thing": thing[0], "food": food[0], "mode": mode[0],
               "he": he, "He": sentence(he), "him": him, "his": his, "His": sentence(his), "self": self_}
    person = kind[2] == "個"
    chinese = {"hero": kind[1], "measure": kind[2], "helper": helper[1], "hero2": other[1], "name": chinese_name,
               "friend": chinese_friend, "place": place[1], "shade": shade[1], "thing": thing[1], "unit": thing[2],
               "food": food[1], "mode": mode[1], "they": "他們" if person else "牠們",
               "it": ("她" if female else "他") if person else "牠"}
    return english, chinese


def story(rng: random.Random, language: str, hero: tuple[str, str, str] | None = None) -> str:
    """Seven or eight sentences, the end token not included."""
    plot = rng.choice(list(PLOTS))
    english, chinese = slots(rng, hero)
    if language == "en":
        told = [rng.choice(ways) for ways in OPENINGS + PLOTS[plot]]
        return " ".join(part for part in told if part).format(**english)
    told = [rng.choice(ways) for ways in CHINESE_OPENINGS + CHINESE_PLOTS[plot]]
    text = " ".join(part for part in told if part).replace("牠們", "{they}").replace("牠", "{it}")
    return zh(text.format(**chinese))
