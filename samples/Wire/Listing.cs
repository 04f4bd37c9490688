using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.Sse.Diagnostics;
using Minimal.WebSocket.Diagnostics;

namespace Minimal.WireTool;

/// <summary>Prints annotated spans as they come. Thread-safe.</summary>
internal sealed class Listing(WireConsole console, bool hasSentences, bool isChinese)
{
    private const string Up = "36", Down = "32", Wrong = "1;31", Quiet = "2";

    private readonly Lock _lock = new();

    /// <summary>What reads the bytes: all that this project knows.</summary>
    public static WireReaderOptions Reading { get; } =
        WireReaderOptions.Default with { Contents = [new TopicWireContent(), new SseWireContent(), new WebSocketWireContent()] };

    /// <summary>The options that a command passes on to its listing.</summary>
    public static IReadOnlyList<string> Flags { get; } = ["--sentences", "--zh"];

    /// <summary>The first rule that was broken; null while none is.</summary>
    public ProtocolRule? Broken { get; private set; }

    /// <summary>A listing as the command line wants it.</summary>
    public static Listing Of(CommandLine line, WireConsole console) => new(console, line.Has("--sentences") || line.Has("--zh"), line.Has("--zh"));

    /// <summary>Prints a span, and what it is for.</summary>
    /// <param name="label">Stands in front: which connection it is.</param>
    /// <param name="span">The span.</param>
    public void Add(string label, WireSpan span)
    {
        string colour = span.Broken is not null ? Wrong : span.Direction == WireDirection.FromClient ? Up : Down;
        lock (_lock)
        {
            Broken ??= span.Broken;
            Print(colour, label + WireText.Write(span));
            if (hasSentences) Print(Quiet, $"{label}           {Sentence(span.Part)}");
        }
    }

    /// <summary>Prints a line about the connection itself.</summary>
    public void Note(string label, string text)
    {
        lock (_lock) Print(Quiet, label + text);
    }

    private string Sentence(WirePart part) => isChinese && part.SentenceZh.Length > 0 ? part.SentenceZh : part.Sentence;

    private void Print(string colour, string text) => console.Out.WriteLine(console.HasColours ? $"\e[{colour}m{text}\e[0m" : text);
}
