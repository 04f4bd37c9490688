namespace Minimal.Http.Topics;

/// <summary>
/// Where a client wants to begin: at a cursor, or at one of the two ends by name. As text it is <c>earliest</c>,
/// <c>latest</c>, or a cursor. <see cref="Topic.ResolveAsync"/> makes a cursor of it.
/// </summary>
public readonly record struct TopicPosition
{
    private readonly TopicPositionKind _kind;

    private TopicPosition(TopicPositionKind kind, Cursor cursor)
    {
        _kind = kind;
        Cursor = cursor;
    }

    /// <summary>In front of the oldest message that there is.</summary>
    public static TopicPosition Earliest { get; } = new(TopicPositionKind.Earliest, default);

    /// <summary>Behind the newest message: only what comes from now on.</summary>
    public static TopicPosition Latest { get; } = new(TopicPositionKind.Latest, default);

    /// <summary>Whether this is <see cref="Earliest"/>.</summary>
    public bool IsEarliest => _kind == TopicPositionKind.Earliest;

    /// <summary>Whether this is <see cref="Latest"/>.</summary>
    public bool IsLatest => _kind == TopicPositionKind.Latest;

    /// <summary>The cursor, if this is neither of the ends.</summary>
    public Cursor Cursor { get; }

    /// <summary>Behind a message.</summary>
    public static TopicPosition At(Cursor cursor) => new(TopicPositionKind.Cursor, cursor);

    /// <summary>Reads a position. Answers false for anything that is none, and never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TopicPosition position)
    {
        if (Cursor.TryParse(text, out Cursor cursor)) return Found(At(cursor), out position);
        if (text.SequenceEqual("earliest")) return Found(Earliest, out position);
        if (text.SequenceEqual("latest")) return Found(Latest, out position);

        position = default;
        return false;
    }

    /// <summary>Reads a position from UTF-8. Answers false for anything that is none, and never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out TopicPosition position)
    {
        if (Cursor.TryParse(utf8, out Cursor cursor)) return Found(At(cursor), out position);
        if (utf8.SequenceEqual("earliest"u8)) return Found(Earliest, out position);
        if (utf8.SequenceEqual("latest"u8)) return Found(Latest, out position);

        position = default;
        return false;
    }

    /// <summary>The position as text.</summary>
    public override string ToString() => _kind switch
    {
        TopicPositionKind.Earliest => "earliest",
        TopicPositionKind.Latest => "latest",
        _ => Cursor.ToString(),
    };

    private static bool Found(TopicPosition found, out TopicPosition position)
    {
        position = found;
        return true;
    }

    private enum TopicPositionKind : byte
    {
        Cursor,
        Earliest,
        Latest,
    }
}
