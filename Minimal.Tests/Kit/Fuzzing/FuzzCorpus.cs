namespace Minimal.Testing;

/// <summary>The inputs that are worth keeping, and which of them is to be changed next.</summary>
internal sealed class FuzzCorpus(Random random)
{
    private readonly List<FuzzEntry> _entries = [];
    private readonly Dictionary<int, FuzzEntry> _best = [];
    private readonly HashSet<int> _edges = [];

    public IReadOnlyList<FuzzEntry> Entries => _entries;

    /// <summary>Ways from one place of the code to the next that were gone.</summary>
    public int Edges => _edges.Count;

    /// <summary>Whether none of the inputs has one of these features.</summary>
    public bool IsNew(IReadOnlyList<int> features)
    {
        foreach (int feature in features)
        {
            if (!_best.ContainsKey(feature)) return true;
        }

        return false;
    }

    public void Add(FuzzEntry entry)
    {
        _entries.Add(entry);
        foreach (int feature in entry.Features)
        {
            _edges.Add(feature / 8);
            if (_best.TryGetValue(feature, out FuzzEntry? before))
            {
                if (before.Input.Length <= entry.Input.Length) continue;
                before.Best--;
            }

            _best[feature] = entry;
            entry.Best++;
        }
    }

    /// <summary>Chooses by weight: inputs that are the shortest for something before others, those that were chosen seldom before those chosen often.</summary>
    public FuzzEntry Choose()
    {
        double total = 0;
        foreach (FuzzEntry entry in _entries) total += Weight(entry);
        double place = random.NextDouble() * total;
        foreach (FuzzEntry entry in _entries)
        {
            place -= Weight(entry);
            if (place < 0) return entry;
        }

        return _entries[^1];
    }

    /// <summary>Any of them.</summary>
    public FuzzEntry Any() => _entries[random.Next(_entries.Count)];

    private static double Weight(FuzzEntry entry) => (1 + (10 * Math.Min(entry.Best, 4))) / Math.Sqrt(1 + entry.Chosen);
}
