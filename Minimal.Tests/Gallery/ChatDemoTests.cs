using System.Net;
using System.Text;
using System.Text.Json;
using Minimal.Gallery.Demos.Chat;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class ChatDemoTests
{
    private static readonly byte[] Gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0xFF];

    [Fact]
    public async Task Who_comes_is_greeted_and_all_hear_who_is_there()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a");
        Assert.Equal("""{"type":"people","names":["Ann"]}""", await TextAsync(ann));
        Assert.Equal("""{"type":"hello","name":"Ann","text":"Welcome to hall, Ann."}""", await TextAsync(ann));

        await using (WebSocketConnection other = await EnterAsync(server, "room=hall&name=Ann&me=b"))
        {
            Assert.Equal("""{"type":"people","names":["Ann","Ann 2"]}""", await TextAsync(ann));
        }

        Assert.Equal("""{"type":"people","names":["Ann"]}""", await TextAsync(ann));
    }

    [Fact]
    public async Task What_one_says_goes_to_all_of_the_room_and_to_oneself_unless_asked_not_to()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a"), ben = await EnterAsync(server, "room=hall&name=Ben&me=b&to=others");
        await UntilAsync(ben, "hello");
        await using WebSocketConnection elsewhere = await EnterAsync(server, "room=kitchen&name=Eve&me=e");
        await SayAsync(ben, "<b>hi</b>");
        Assert.Equal(["Ben: <b>hi</b>"], await SaidAsync(ann, 1));
        await SayAsync(ann, "hello");

        Assert.Equal(["Ann: hello"], await SaidAsync(ann, 1));
        Assert.Equal(["Ann: hello"], await SaidAsync(ben, 1));
        await SayAsync(elsewhere, "nobody here");
        Assert.Equal(["Eve: nobody here"], await SaidAsync(elsewhere, 1));
    }

    [Fact]
    public async Task Who_comes_back_goes_on_at_the_cursor()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a");
        for (int i = 1; i <= 5; i++) await SayAsync(ann, $"{i}");
        JsonElement second = (await RecordsAsync(ann, 5))[1];

        await using WebSocketConnection late = await EnterAsync(server, "room=hall&name=Late&me=l");
        Assert.Equal(["Ann: 1", "Ann: 2", "Ann: 3", "Ann: 4", "Ann: 5"], await SaidAsync(late, 5));
        await using WebSocketConnection again = await EnterAsync(server, $"room=hall&name=Ben&me=b&after={second.GetProperty("id").GetString()}");
        Assert.Equal(["Ann: 3", "Ann: 4", "Ann: 5"], await SaidAsync(again, 3));
    }

    [Fact]
    public async Task Who_does_not_want_to_hear_itself_still_reads_what_it_said_before()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a"), ben = await EnterAsync(server, "room=hall&name=Ben&me=b");
        await SayAsync(ann, "1");
        JsonElement first = (await RecordsAsync(ann, 1))[0];
        await using WebSocketConnection anew = await EnterAsync(server, "room=hall&name=Ann&me=a&to=others");
        Assert.Equal(["Ann: 1"], await SaidAsync(anew, 1));

        await SayAsync(ann, "2");
        Assert.Equal(["Ann: 2"], await SaidAsync(ann, 1));
        await SayAsync(ben, "3");
        Assert.Equal(["Ben: 3"], await SaidAsync(anew, 1));
        await using WebSocketConnection again = await EnterAsync(server, $"room=hall&name=Ann&me=a&to=others&after={first.GetProperty("id").GetString()}");
        Assert.Equal(["Ben: 3"], await SaidAsync(again, 1));
    }

    [Fact]
    public async Task Typing_is_told_to_the_others_and_not_kept()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a"), ben = await EnterAsync(server, "room=hall&name=Ben&me=b");
        await UntilAsync(ben, "hello");
        await ann.SendAsync("""{"typing":true}""");
        Assert.Equal("""{"type":"typing","name":"Ann"}""", await TextAsync(ben));
    }

    [Fact]
    public async Task An_image_comes_as_the_bytes_it_is_behind_who_sent_it()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a"), ben = await EnterAsync(server, "room=hall&name=Ben&me=b");
        await ann.SendAsync(Gif, Opcode.Binary);
        (JsonElement record, byte[] image) = await ImageAsync(ben);
        Assert.Equal("image", record.GetProperty("type").GetString());
        Assert.Equal("a", record.GetProperty("key").GetString());
        Assert.Equal("image/gif", record.GetProperty("data").GetProperty("media").GetString());
        Assert.Equal(Gif, image);
    }

    [Fact]
    public async Task What_is_no_image_or_no_sentence_is_refused_and_the_talk_goes_on()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a");
        await ann.SendAsync("<svg onload='alert(1)'/>"u8.ToArray(), Opcode.Binary);
        Assert.Contains("no PNG", await UntilAsync(ann, "refused"), StringComparison.Ordinal);
        foreach (string wrong in (string[])["hello", "null", """{"say":""}""", """{"say":7}""", $$"""{"say":"{{new string('x', 2001)}}"}"""])
        {
            await ann.SendAsync(wrong);
            Assert.Contains("up to 2000", await UntilAsync(ann, "refused"), StringComparison.Ordinal);
        }

        await SayAsync(ann, "still here");
        Assert.Equal(["Ann: still here"], await SaidAsync(ann, 1));
    }

    [Fact]
    public async Task An_image_that_is_too_large_closes_the_connection()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        await using WebSocketConnection ann = await EnterAsync(server, "room=hall&name=Ann&me=a");
        await ann.SendAsync(new byte[ChatDemo.MaxImageBytes + 1], Opcode.Binary);
        while (await ann.ReceiveAsync() is not null) ;
        Assert.Equal(CloseCode.TooBig, ann.CloseCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("room=hall&name=Ann")]
    [InlineData("room=Hall&name=Ann&me=a")]
    [InlineData("room=hall&name=%20&me=a")]
    [InlineData("room=hall&name=a%07b&me=a")]
    [InlineData("room=hall&name=aaaaaaaaaaaaaaaaaaaaaaaaa&me=a")]
    [InlineData("room=hall&name=Ann&me=a&after=x")]
    public async Task A_room_and_a_name_are_asked_for(string query)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        using HttpResponseMessage response = await server.Client.GetAsync($"/talk?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Pages_of_other_sites_do_not_talk_here()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new ChatDemo().Routes);
        WebSocketHandshakeException refused = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => EnterAsync(server, "room=hall&name=Ann&me=a", new WebSocketOptions { Fields = [new("Origin", "http://elsewhere")] }));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }, "image/png")]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "image/jpeg")]
    [InlineData(new byte[] { 0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4, 0x57, 0x45, 0x42, 0x50 }, "image/webp")]
    [InlineData(new byte[] { 0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4, 0x57, 0x41, 0x56, 0x45 }, null)]
    [InlineData(new byte[] { 0x3C, 0x73, 0x76, 0x67 }, null)]
    [InlineData(new byte[0], null)]
    public void The_type_of_an_image_is_in_its_bytes(byte[] bytes, string? type) => Assert.Equal(type, ImageType.Of(bytes));

    private static async Task<WebSocketConnection> EnterAsync(MemoryServer server, string query, WebSocketOptions? options = null) =>
        await WebSocketConnection.ConnectAsync(server.Connect(), new Uri($"ws://a/talk?{query}"), options);

    private static ValueTask SayAsync(WebSocketConnection guest, string text) => guest.SendAsync(JsonSerializer.Serialize(new { say = text }));

    private static async Task<string> TextAsync(WebSocketConnection guest) => (await guest.ReceiveAsync())!.Value.GetText();

    private static async Task<string> UntilAsync(WebSocketConnection guest, string type)
    {
        while (await guest.ReceiveAsync() is { } message)
        {
            if (message.IsText && message.GetText().Contains($"\"type\":\"{type}\"", StringComparison.Ordinal)) return message.GetText();
        }

        throw new InvalidOperationException("The connection was closed.");
    }

    private static async Task<JsonElement[]> RecordsAsync(WebSocketConnection guest, int count)
    {
        var records = new JsonElement[count];
        for (int i = 0; i < count; i++) records[i] = DemoServer.Json(await UntilAsync(guest, "text"));
        return records;
    }

    private static async Task<string[]> SaidAsync(WebSocketConnection guest, int count) =>
        [.. (await RecordsAsync(guest, count)).Select(record => record.GetProperty("data")).Select(said => $"{said.GetProperty("name")}: {said.GetProperty("text")}")];

    private static async Task<(JsonElement Record, byte[] Image)> ImageAsync(WebSocketConnection guest)
    {
        while (await guest.ReceiveAsync() is { } message)
        {
            if (message.IsText) continue;
            (ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> image) = Picture.Split(message.Data);
            return (DemoServer.Json(Encoding.UTF8.GetString(record.Span)), image.ToArray());
        }

        throw new InvalidOperationException("The connection was closed.");
    }
}
