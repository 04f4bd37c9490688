namespace Minimal.Gallery.Demos.Tokens;

/// <summary>A rule of the <see cref="RuleEngine"/>.</summary>
/// <param name="Keywords">What it listens for, in lower case; the empty one is in every sentence.</param>
/// <param name="Answers">What it says; <c>{0}</c> is what was said behind the keyword, turned around.</param>
internal sealed record Rule(string[] Keywords, params string[] Answers);

/// <summary>What the <see cref="RuleEngine"/> goes by. The stronger rule stands first.</summary>
internal static class Rules
{
    public static readonly Dictionary<string, string> Reflections = new(StringComparer.Ordinal)
    {
        ["i"] = "you", ["me"] = "you", ["my"] = "your", ["mine"] = "yours", ["myself"] = "yourself", ["am"] = "are", ["i'm"] = "you are", ["i've"] = "you have",
        ["you"] = "I", ["your"] = "my", ["yours"] = "mine", ["yourself"] = "myself", ["you're"] = "I am", ["you've"] = "I have", ["was"] = "were",
    };

    public static readonly Rule[] All =
    [
        // What the Gallery is about comes first, for that is what people here ask.
        new(["server-sent events", "server sent events", "sse", "eventsource"],
            "Server-Sent Events are one response that does not end: lines of text, each event closed by an empty line. The browser reads them by EventSource, comes back by itself when the connection is cut, and says the last id that it saw. You are looking at them: each of these words is an event.",
            "An event is a few lines: id, event, data, and an empty line. There is hardly less that one could send, and a proxy sees nothing but a long answer."),
        new(["websocket", "websockets"],
            "A WebSocket is a connection in both directions: it begins as a request, and after status 101 both sides send frames whenever they like. For an answer that comes word by word it is more than one needs; for a game or a drawing board it is right."),
        new(["long polling", "long poll", "polling", "poll"],
            "In long polling the server keeps a request waiting until there is something to say. It gets through wherever requests get through, and costs one request for each answer. For an answer of fifty words that would be fifty requests, so here it would be the wrong choice."),
        new(["token", "tokens", "stream", "streaming"],
            "Each word leaves as soon as there is one, so that you read while the rest is still to come. Press Cut in the middle of this sentence: the words that you miss come when the connection is back, and none comes twice, because each has a number and you say which was the last."),
        new(["language model", "neural network", "gpt", "llm", "intelligence", "intelligent", "ai"],
            "No, nothing of the kind. I am some thirty rules: I look for a word that I know, turn your sentence around, and put it into an answer that somebody has written. My grandmother did that in 1966, and people told her their secrets."),
        new(["who are you", "what are you", "are you a", "are you"],
            "I am a small program with a table of rules, and I understand nothing of what you say. What made you ask whether I am {0}?",
            "Would it matter to you if I were {0}?"),
        new(["hello", "hi", "hey", "good morning", "good evening"],
            "Hello. Tell me what is on your mind, or ask me about server-sent events, WebSocket or long polling: of those I know a sentence or two.",
            "Hello again. Where shall we begin?"),
        new(["bye", "goodbye", "good night"],
            "Goodbye. The connection that carried these words closes by itself now; nothing waits for you."),
        new(["thank you", "thanks"],
            "You are welcome. A table of rules is patient.",
            "There is no need to thank me. What else is on your mind?"),

        // The rest is a conversation.
        new(["i remember"],
            "What else comes to mind when you think of {0}?",
            "Why do you think of {0} just now?"),
        new(["i dreamed", "i dreamt", "dream"],
            "Do you dream often? And who else is in your dreams?"),
        new(["i need", "i want"],
            "What would it mean to you to have {0}? And what would you do on the day after?",
            "Why do you want {0}?",
            "Suppose that you got {0} today: what would be different?"),
        new(["i can't", "i cannot"],
            "How do you know that you cannot {0}? Perhaps nobody has tried it in this way yet.",
            "What would it take, so that you could {0}?"),
        new(["i feel"],
            "Do you often feel {0}? And what is usually the moment in which it begins?",
            "When you feel {0}, what do you do?"),
        new(["i am", "i'm"],
            "How long have you been {0}? And is there somebody who knows it?",
            "Do you believe that it is normal to be {0}?",
            "Did you come here because you are {0}?"),
        new(["i think", "i believe"],
            "Do you really think that {0}? What speaks against it?",
            "But you are not sure that {0}."),
        new(["because"],
            "Is that the real reason? Does another one come to mind?"),
        new(["my mother", "my father", "my sister", "my brother", "my family", "my parents"],
            "Tell me more about your family. Who else {0}?"),
        new(["my"],
            "Your {0}: why does that matter to you?",
            "Tell me more about your {0}. When did you first notice it?"),
        new(["can you", "could you"],
            "What makes you think that I cannot {0}? Well, it is true: I only turn sentences around.",
            "Perhaps you would like to be able to {0} yourself."),
        new(["you are", "you're"],
            "What makes you think that I am {0}?",
            "Perhaps it pleases you to think that I am {0}."),
        new(["always", "never", "everybody", "nobody"],
            "Can you think of a single example? Rules like that are seldom true, and I should know: I am made of rules."),
        new(["why", "how", "what", "when", "where", "who"],
            "What would you say yourself, if somebody asked you? I ask because the answers that one has already are often the better ones.",
            "Does that question occupy you often?"),
        new(["yes"],
            "You seem quite sure. What makes you so?"),
        new(["no"],
            "Are you saying no just to be on the safe side?"),
        new(["sorry"],
            "There is no need to apologise to a table."),

        // 中文
        new(["你好", "您好"],
            "你好。想说什么都可以；也可以问我事件流、长轮询或者 WebSocket，这几样我各会说一两句。"),
        new(["你是谁", "人工智能", "大模型", "语言模型"],
            "不是的。我只是一张三十来条规则的表：找到一个认得的词，把句子转过来，填进别人写好的回答里。我什么也不懂。"),
        new(["事件流", "推送"],
            "事件流是一个不结束的响应：一行行文本，每个事件以空行结束。断了，浏览器自己重连，并说出最后收到的编号。你现在读的每个字，就是一个事件。"),
        new(["轮询"],
            "长轮询是服务器把请求留住，有了消息才回答。哪里能发请求，哪里就能用它；只是每条消息要一次请求，一个字一个字地说话，就太费了。"),
        new(["我觉得", "我想"],
            "是什么让你这样想的？有没有什么说明并非如此？"),
        new(["为什么", "怎么", "吗"],
            "要是别人这样问你，你会怎么回答？"),
        new(["的", "我", "是", "了", "不"],
            "请接着说，再多讲一点。"),

        // The empty keyword is in everything.
        new([""],
            "Please go on.",
            "Tell me more about that. I have time; I am a table.",
            "I see. And what does that suggest to you?",
            "Let us stay with that for a moment. What comes to mind first?"),
    ];
}
