namespace Minimal.Gallery.Demos.Quiz;

/// <summary>One question and what was answered to it. Thread-safe.</summary>
/// <param name="n">Which one, from 1.</param>
/// <param name="question">The question.</param>
internal sealed class Round(int n, Question question)
{
    private readonly int[] _counts = new int[question.Answers.Length];
    private volatile bool _isOver;

    public int N => n;

    public Question Question => question;

    /// <summary>How often each answer was given.</summary>
    public int[] Counts => [.. _counts];

    public bool IsOver => _isOver;

    /// <summary>Takes an answer: the first of a player to this question, as long as it is open.</summary>
    public bool TryCount(Player player, Reply reply)
    {
        if (_isOver || reply.N != n || reply.Answer < 0 || reply.Answer >= _counts.Length || !player.TryAnswer(n)) return false;
        Interlocked.Increment(ref _counts[reply.Answer]);
        return true;
    }

    public void End() => _isOver = true;
}
