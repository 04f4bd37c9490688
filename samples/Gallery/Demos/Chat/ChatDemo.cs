using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.Chat;

/// <summary>
/// Rooms to talk in, over WebSocket. The server greets who comes and relays what one says to all others; a room is a topic, so that who comes
/// late, or comes back, reads what was said.
/// <code>
/// GET talk?room=hall&amp;name=Ann&amp;me=ID               a WebSocket; first comes what was said here before
/// GET talk?room=hall&amp;name=Ann&amp;me=ID&amp;after=CURSOR  the same, but what was said behind the cursor
/// GET talk?room=hall&amp;name=Ann&amp;me=ID&amp;to=others     the same, and what ID says goes to all but ID
/// </code>
/// A client sends <c>{"say":"hello"}</c>, <c>{"typing":true}</c>, or an image: its bytes as a binary message. It gets
/// <c>{"type":"hello","name","text"}</c>, <c>{"type":"people","names"}</c>, <c>{"type":"typing","name"}</c>, <c>{"type":"gap"}</c>,
/// <c>{"type":"refused","text"}</c>, and of what was said <c>{"id","type":"text","key":ID,"data":{"name","time","text"}}</c>; of an image such a
/// record too, behind its length in two bytes and in front of the image's own bytes, as one binary message.
/// </summary>
internal sealed class ChatDemo
{
    public const int MaxText = 2000, MaxImageBytes = 256 * 1024;
    private const int MaxName = 24, MaxGuests = 100;

    private static readonly WebSocketOptions Terms = new() { Limits = new WebSocketLimits { MaxMessageBytes = MaxImageBytes, MaxFrameBytes = MaxImageBytes } };
    private static readonly TopicOptions Memory = new() { MaxMessages = 200, MaxBytes = 4 * 1024 * 1024 };

    private readonly TopicRegistry _rooms = new(new TopicRegistryOptions { MaxTopics = 100, MaxNameLength = MaxName, Create = name => new Topic(name, Memory) });
    private readonly Company _company = new();

    public ChatDemo() => Routes = new Router().Get("/talk", TalkAsync);

    public Router Routes { get; }

    private async ValueTask TalkAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        string? room = query.First("room"), name = query.First("name")?.Trim(), me = query.First("me");
        if (!IsWord(room) || !IsWord(me) || name is not { Length: > 0 and <= MaxName } || name.Any(char.IsControl) || !TryReadAfter(query, out TopicPosition after))
        {
            await exchange.RespondAsync(400, $"400 Bad Request: room and me are words of a-z, 0-9 and hyphens, name is any text, each of up to {MaxName} characters; after is a cursor\n");
            return;
        }

        if (_company.Count(room) >= MaxGuests || !TryEnter(room, out Topic? topic))
        {
            await exchange.RespondAsync(503, "503 Service Unavailable: there is no room any more\n");
            return;
        }

        // Read before the request is given back.
        bool hearsItself = query.First("to") != "others";
        TimeProvider time = exchange.Time;
        if (await WebSocketConnection.AcceptAsync(exchange, Terms) is not { } connection) return;
        var guest = new Guest(connection, topic, me, name, hearsItself);
        await ListenAsync(guest, after, time);
    }

    private async ValueTask ListenAsync(Guest guest, TopicPosition after, TimeProvider time)
    {
        using var left = new CancellationTokenSource();
        Task hearing = Task.CompletedTask;
        try
        {
            _company.Enter(guest);
            await guest.Connection.SendAsync(Json(new Notice("hello", Name: guest.Name, Text: $"Welcome to {guest.Room.Name}, {guest.Name}."), ChatJson.Default.Notice), Opcode.Text);
            hearing = guest.HearAsync(after, left.Token);
            while (await guest.Connection.ReceiveAsync() is { } message) await TakeAsync(guest, message, time);
        }
        catch (WebSocketClosedException)
        {
            // Who vanished has left, and who broke a rule was told so by the connection.
        }
        finally
        {
            _company.Leave(guest);
            await left.CancelAsync();
            await hearing;
        }
    }

    /// <summary>What somebody sends: words, or a sign of typing them, or an image.</summary>
    private async ValueTask TakeAsync(Guest guest, WebSocketMessage message, TimeProvider time)
    {
        Utterance? words = message.IsText ? Read(message) : null;
        var said = new Said(guest.Name, time.GetUtcNow(), words?.Say, message.IsText ? null : ImageType.Of(message.Data.Span));
        if (words is { Typing: true }) _company.Tell(guest.Room.Name, Json(new Notice("typing", Name: guest.Name), ChatJson.Default.Notice), allBut: guest);
        else if (words?.Say is { Length: > 0 and <= MaxText }) await guest.Room.PublishAsync(Json(said, ChatJson.Default.Said), "text", guest.Me);
        else if (said.Media is not null) await guest.Room.PublishAsync(Picture.Join(Json(said, ChatJson.Default.Said), message.Data.Span), "image", guest.Me);
        else await guest.Connection.SendAsync(Json(new Notice("refused", Text: Refusal(message)), ChatJson.Default.Notice), Opcode.Text);
    }

    private static string Refusal(WebSocketMessage message) =>
        message.IsText ? $"Say something of up to {MaxText} characters." : "These bytes are no PNG, JPEG, GIF or WebP.";

    private static Utterance? Read(WebSocketMessage message)
    {
        try
        {
            return JsonSerializer.Deserialize(message.Data.Span, ChatJson.Default.Utterance);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool TryEnter(string room, [NotNullWhen(true)] out Topic? topic)
    {
        try
        {
            topic = _rooms.GetOrCreate(room);
            return true;
        }
        catch (TopicException)
        {
            topic = null;
            return false;
        }
    }

    private static bool TryReadAfter(UrlValues query, out TopicPosition after)
    {
        after = TopicPosition.Earliest;
        return query.First("after") is not { } text || TopicPosition.TryParse(text, out after);
    }

    private static bool IsWord([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxName } && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}

internal sealed record Utterance(string? Say, bool Typing);

internal sealed record Said(string Name, DateTimeOffset Time, string? Text, string? Media);

internal sealed record Notice(string Type, string? Name = null, string? Text = null, string[]? Names = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Utterance))]
[JsonSerializable(typeof(Said))]
[JsonSerializable(typeof(Notice))]
internal sealed partial class ChatJson : JsonSerializerContext;
