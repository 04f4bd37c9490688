using System.Text.Json;

namespace Minimal.Gallery.Demos.Chat;

/// <summary>Who is in which room. Thread-safe; all of a room hear of its changes in the same order.</summary>
internal sealed class Company
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Guest>> _rooms = new(StringComparer.Ordinal);

    public int Count(string room)
    {
        lock (_lock) return _rooms.TryGetValue(room, out List<Guest>? guests) ? guests.Count : 0;
    }

    /// <summary>Adds a guest, under a name that nobody in the room has, and tells all who is there.</summary>
    public void Enter(Guest guest)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(guest.Room.Name, out List<Guest>? guests)) _rooms.Add(guest.Room.Name, guests = []);
            string wish = guest.Name;
            for (int n = 2; guests.Exists(other => other.Name == guest.Name); n++) guest.Name = $"{wish} {n}";
            guests.Add(guest);
            TellWhoIsThere(guests);
        }
    }

    /// <summary>Takes a guest out, and tells the others.</summary>
    public void Leave(Guest guest)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(guest.Room.Name, out List<Guest>? guests) || !guests.Remove(guest)) return;
            if (guests.Count == 0) _rooms.Remove(guest.Room.Name);
            TellWhoIsThere(guests);
        }
    }

    /// <summary>Tells everybody in a room but one.</summary>
    public void Tell(string room, byte[] notice, Guest allBut)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(room, out List<Guest>? guests)) return;
            foreach (Guest guest in guests.Where(guest => guest != allBut)) guest.Connection.Tell(notice);
        }
    }

    private static void TellWhoIsThere(List<Guest> guests)
    {
        byte[] people = JsonSerializer.SerializeToUtf8Bytes(new Notice("people", Names: [.. guests.Select(guest => guest.Name)]), ChatJson.Default.Notice);
        guests.ForEach(guest => guest.Connection.Tell(people));
    }
}
