namespace Minimal.Http.Wire;

/// <summary>
/// The head of a response: what a server's handler fills in before the first byte of the body leaves, and what a client
/// reads (RFC 9112 §4). Not thread-safe.
/// </summary>
public sealed class ResponseHead
{
    private int _status = 200;
    private string? _reason;
    private long? _contentLength;
    private bool _close, _closeDelimited;

    /// <summary>A response of status 200 without fields.</summary>
    public ResponseHead()
    {
    }

    /// <summary>
    /// The status, 200 unless set. A server's handler sets a final one, 200 to 599 (RFC 9110 §15); a client may read one of 1xx.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not among 200 to 599.</exception>
    /// <exception cref="InvalidOperationException">The head has left.</exception>
    public int Status
    {
        get => _status;
        set
        {
            ThrowIfSent();
            if (value is < 200 or > 599)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A final status is a number from 200 to 599 (RFC 9110 §15).");
            }

            _status = value;
        }
    }

    /// <summary>The reason phrase; null, the default, takes the registered one.</summary>
    /// <exception cref="ArgumentException">The phrase holds a control character.</exception>
    /// <exception cref="InvalidOperationException">The head has left.</exception>
    public string? Reason
    {
        get => _reason;
        set
        {
            ThrowIfSent();
            if (value is not null && !HttpChars.IsFieldValue(value))
            {
                throw new ArgumentException("A reason phrase holds no control character but HTAB (RFC 9112 §4).", nameof(value));
            }

            _reason = value;
        }
    }

    /// <summary>
    /// The length of the body in bytes, when it is known before it is written; null, the default, lets the server find it
    /// out or send chunks. Writing more or less than this is an error.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="InvalidOperationException">The head has left.</exception>
    public long? ContentLength
    {
        get => _contentLength;
        set
        {
            ThrowIfSent();
            if (value < 0) throw new ArgumentOutOfRangeException(nameof(value), value, "A length is not negative.");
            _contentLength = value;
        }
    }

    /// <summary>Whether the connection is to close after this response. The server may close on its own account too.</summary>
    /// <exception cref="InvalidOperationException">The head has left.</exception>
    public bool Close
    {
        get => _close;
        set
        {
            ThrowIfSent();
            _close = value;
        }
    }

    /// <summary>
    /// Whether a body whose length is not known ends with the connection, as it does to HTTP/1.0, instead of coming in chunks
    /// (RFC 9112 §6.3): for clients and proxies that hold chunks back. False by default. A client cannot tell such a body from one cut short.
    /// </summary>
    /// <exception cref="InvalidOperationException">The head has left.</exception>
    public bool CloseDelimited
    {
        get => _closeDelimited;
        set
        {
            ThrowIfSent();
            _closeDelimited = value;
        }
    }

    /// <summary>The fields. Date, Connection and those of framing are the server's own.</summary>
    public FieldSection Fields { get; } = new();

    /// <summary>The digit behind the dot of the version, when the head was received.</summary>
    public int MinorVersion { get; internal set; } = 1;

    /// <summary>Whether the head has left: from then on it cannot be changed.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Sets a status that may be an interim one.</summary>
    internal void SetStatus(int status) => _status = status;

    internal void Seal()
    {
        IsSent = true;
        Fields.IsReadOnly = true;
    }

    internal void Reset()
    {
        IsSent = false;
        _status = 200;
        _reason = null;
        _contentLength = null;
        _close = _closeDelimited = false;
        Fields.Clear();
    }

    private void ThrowIfSent()
    {
        if (IsSent) throw new InvalidOperationException("The head of the response has left already.");
    }
}
