namespace Exercises.Checks;

/// <summary>Tells everybody who listens. Thread-safe.</summary>
internal sealed class NewsFeed
{
    /// <summary>Something happened. Called on the publisher's thread: be short.</summary>
    public event Action<string>? Published;

    /// <summary>How many listen.</summary>
    public int Listeners => Published?.GetInvocationList().Length ?? 0;

    /// <summary>Tells all of them.</summary>
    public void Publish(string text) => Published?.Invoke(text);
}
