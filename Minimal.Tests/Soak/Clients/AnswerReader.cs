using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>An answer's status and content.</summary>
internal sealed class AnswerReader : HttpAnswerReader
{
    private readonly List<byte> _content = [];

    /// <summary>Whether it is the answer that was asked for, and not one that a slow network brings about.</summary>
    public bool IsOk => IsWhole && Status == 200;

    public IReadOnlyList<byte> Content => _content;

    protected override void OnContent(ReadOnlySpan<byte> content) => _content.AddRange(content);

    protected override bool IsExpected(int status) => status is 200 or 408 or 503;
}
