// The words that no lesson may use.

/// Words of the mainland that a reader of Taiwan stumbles over.
let bannedWords = [
    "內存", "信息", "數據", "代碼", "默認", "質量", "網絡", "軟件", "屏幕", "鼠標", "緩存", "激活", "調用", "字符", "文件夾", "菜單",
    "用戶", "算法", "程序", "視頻", "優化", "隨機數", "採樣率", "概率", "矢量", "推理階段",
]
