using System.Text;

namespace Minimal.FuzzYours.Planted;

/// <summary>What was read and not used yet, one Latin-1 character for each byte.</summary>
internal sealed class PlantedInput(Stream stream)
{
    private readonly byte[] _read = new byte[4096];

    public string Unread { get; set; } = "";

    /// <summary>Reads more; false at the end.</summary>
    public async ValueTask<bool> FillAsync()
    {
        int count = await stream.ReadAsync(_read);
        Unread += Encoding.Latin1.GetString(_read, 0, count);
        return count > 0;
    }

    /// <summary>The next characters; null when the end comes before.</summary>
    public async ValueTask<string?> TakeAsync(int count)
    {
        while (Unread.Length < count)
        {
            if (!await FillAsync()) return null;
        }

        string taken = Unread[..count];
        Unread = Unread[count..];
        return taken;
    }

    /// <summary>All up to a mark, without it; null when the end comes before.</summary>
    public async ValueTask<string?> TakeLineAsync()
    {
        int end;
        while ((end = Unread.IndexOf('\n', StringComparison.Ordinal)) < 0)
        {
            if (!await FillAsync()) return null;
        }

        return await TakeAsync(end + 1);
    }
}
