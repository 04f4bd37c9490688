using Minimal.Testing;

namespace Minimal.Fuzz;

/// <summary>
/// Ends the program when one input takes a minute: steps are counted in instrumented code only, and what hangs elsewhere cannot be stopped.
/// </summary>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FuzzLoop _loop;
    private readonly Func<byte[], string> _save;
    private readonly ITimer _timer;
    private byte[]? _before;

    public HangWatch(TimeProvider clock, FuzzLoop loop, Func<byte[], string> save)
    {
        (_loop, _save) = (loop, save);
        _timer = clock.CreateTimer(_ => Look(), null, Patience, Patience);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        byte[] input = _loop.Current;
        if (ReferenceEquals(input, _before)) Environment.FailFast($"An input hangs; it is in {_save(input)}.");
        _before = input;
    }
}
