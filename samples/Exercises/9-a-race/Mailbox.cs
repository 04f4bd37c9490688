namespace Exercises.Race;

/// <summary>Messages in order, for who comes to fetch them. Thread-safe.</summary>
internal sealed class Mailbox
{
    private readonly Lock _lock = new();
    private readonly List<string> _messages = [];
    private TaskCompletionSource _news = new();

    /// <summary>How many messages there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _messages.Count;
        }
    }

    /// <summary>A message.</summary>
    public string this[int index]
    {
        get
        {
            lock (_lock) return _messages[index];
        }
    }

    /// <summary>Adds a message, and tells those who wait now.</summary>
    public void Publish(string message)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            _messages.Add(message);
            (news, _news) = (_news, new TaskCompletionSource());
        }

        news.SetResult();
    }

    /// <summary>Ends with the next message that is published from now on.</summary>
    public Task NextAsync()
    {
        lock (_lock) return _news.Task;
    }
}
