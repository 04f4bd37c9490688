using Minimal.Testing;

namespace Exercises.Checks;

/// <summary>Runs checks one by one and says of each whether it passes, and if not, why.</summary>
internal sealed class Checklist(TextWriter output)
{
    // For code that waits for what will never come; what does come in memory comes at once.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>How many checks there were.</summary>
    public int Count { get; private set; }

    /// <summary>How many do not pass yet.</summary>
    public int NotYet { get; private set; }

    /// <summary>Runs a check; it passes when it does not throw.</summary>
    public async Task CheckAsync(string name, Func<Task> check)
    {
        Count++;
        string? why = await FaultAsync(check);
        if (why is not null) NotYet++;
        output.WriteLine($"   {(why is null ? "ok     " : "not yet")} {name}");
        if (why is not null) output.WriteLine($"           {why.ReplaceLineEndings("\n           ")}");
    }

    /// <inheritdoc cref="CheckAsync" />
    public Task CheckAsync(string name, Action check) => CheckAsync(name, () =>
    {
        check();
        return Task.CompletedTask;
    });

    private static async Task<string?> FaultAsync(Func<Task> check)
    {
        try
        {
            await Task.Run(check).WaitAsync(Longest, TimeProvider.System);
            return null;
        }
        catch (CheckFailedException e)
        {
            return e.Message;
        }
        catch (TimeoutException)
        {
            return $"Nothing had happened after {Longest.TotalSeconds} s.";
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }
}
