using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 7692 §5, §7, §7.1: the agreement on permessage-deflate.</summary>
public sealed class Rfc7692_7_1_Negotiation
{
    private static readonly DeflatePolicy Plain = DeflatePolicy.Default;

    [Theory]
    [Requirement("DEF-5-01", "DEF-7.1.2.2-01")]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=8", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=15", "permessage-deflate")]
    public void An_offer_is_answered(string offer, string answer) => Assert.Equal(answer, Answer(offer, Plain));

    [Fact]
    [Requirement("DEF-5-04", "DEF-7-04")]
    public void Of_several_offers_the_first_that_can_be_honoured_is_answered()
    {
        Assert.Equal("permessage-deflate", Answer("permessage-deflate; server_max_window_bits=10, permessage-deflate", Plain));
        Assert.Equal("permessage-deflate; server_no_context_takeover", Answer("permessage-deflate; foo, permessage-deflate; server_no_context_takeover, permessage-deflate", Plain));
    }

    [Theory]
    [Requirement("DEF-5-02", "DEF-7-01", "DEF-7-02", "DEF-7-03", "DEF-7-04")]
    [InlineData("permessage-foo")]
    [InlineData("Permessage-Deflate")]
    [InlineData("permessage-deflate; foo")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=14")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=08")]
    [InlineData("permessage-deflate; server_max_window_bits=015")]
    [InlineData("permessage-deflate; server_max_window_bits=abc")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=010")]
    [InlineData("permessage-deflate; client_max_window_bits=0")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_no_context_takeover=true")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=15; server_max_window_bits=15")]
    public void An_offer_that_cannot_be_honoured_is_declined(string offer) => Assert.Null(Answer(offer, Plain));

    [Fact]
    [Requirement("DEF-5.2-01", "DEF-7.1.2.1-01", "DEF-7-04")]
    public void The_window_that_the_platform_has_is_agreed_on()
    {
        Assert.Equal("permessage-deflate; server_max_window_bits=15", Answer("permessage-deflate; server_max_window_bits=15", Plain));
        Assert.Equal("permessage-deflate; server_max_window_bits=15", Answer("permessage-deflate; server_max_window_bits=\"15\"", Plain));
    }

    [Fact]
    [Requirement("DEF-7.1.1.1-01", "DEF-7.1.1.1-02", "DEF-7.1.1.2-01")]
    public void Context_takeover_is_given_up_where_either_side_wants_it()
    {
        Assert.Equal("permessage-deflate; server_no_context_takeover", Answer("permessage-deflate; server_no_context_takeover", Plain));
        Assert.Equal("permessage-deflate; client_no_context_takeover", Answer("permessage-deflate; client_no_context_takeover", Plain));

        var saving = new DeflatePolicy { ServerNoContextTakeover = true, ClientNoContextTakeover = true };
        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Answer("permessage-deflate", saving));
    }

    [Fact]
    public void A_window_that_no_compressor_makes_is_not_asked_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeflatePolicy { ClientMaxWindowBits = 8 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeflatePolicy { ClientMaxWindowBits = 16 });
    }

    [Fact]
    [Requirement("DEF-7.1.2.2-02")]
    public void The_clients_window_is_limited_only_where_it_lets_it_be()
    {
        var small = new DeflatePolicy { ClientMaxWindowBits = 10 };
        Assert.Equal("permessage-deflate", Answer("permessage-deflate", small));
        Assert.Equal("permessage-deflate; client_max_window_bits=10", Answer("permessage-deflate; client_max_window_bits", small));
        Assert.Equal("permessage-deflate; client_max_window_bits=10", Answer("permessage-deflate; client_max_window_bits=12", small));
        Assert.Equal("permessage-deflate; client_max_window_bits=9", Answer("permessage-deflate; client_max_window_bits=9", small));
    }

    [Theory]
    [Requirement("DEF-5-03", "DEF-7-05", "DEF-7.1.2.2-03")]
    [InlineData("permessage-deflate; foo")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; client_max_window_bits")]
    [InlineData("permessage-deflate; client_max_window_bits=15")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    public void A_client_refuses_a_reply_that_is_no_answer(string reply) => Refused(reply, new DeflateParameters(), WebSocketRules.ReplyDeflate);

    [Fact]
    [Requirement("DEF-5-03")]
    public void A_client_refuses_two_answers() =>
        Refused("permessage-deflate, permessage-deflate", new DeflateParameters(), WebSocketRules.ReplyNotOffered);

    [Fact]
    [Requirement("DEF-7.1.1.1-02", "DEF-7.1.1.2-02", "DEF-7.1.2.1-02")]
    public void A_client_accepts_what_a_server_may_add()
    {
        DeflateParameters agreed = Accepted("permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12", new DeflateParameters());
        Assert.Equal(new DeflateParameters(true, true, 12), agreed);
    }

    [Fact]
    [Requirement("DEF-7.1.2.1-01", "DEF-7.1.1.1-01")]
    public void A_client_gets_what_it_asked_for_or_refuses()
    {
        var window = new DeflateParameters(ServerMaxWindowBits: 12);
        Assert.Equal(10, Accepted("permessage-deflate; server_max_window_bits=10", window).ServerMaxWindowBits);
        Assert.Equal(12, Accepted("permessage-deflate; server_max_window_bits=12", window).ServerMaxWindowBits);
        Refused("permessage-deflate; server_max_window_bits=13", window, WebSocketRules.ReplyDeflate);
        Refused("permessage-deflate", window, WebSocketRules.ReplyDeflate);

        var takeover = new DeflateParameters(ServerNoContextTakeover: true);
        Assert.True(Accepted("permessage-deflate; server_no_context_takeover", takeover).ServerNoContextTakeover);
        Refused("permessage-deflate", takeover, WebSocketRules.ReplyDeflate);
    }

    [Fact]
    [Requirement("DEF-7.1.1.2-02")]
    public void A_client_does_what_it_hinted_even_unanswered() =>
        Assert.True(Accepted("permessage-deflate", new DeflateParameters(ClientNoContextTakeover: true)).ClientNoContextTakeover);

    [Fact]
    [Requirement("WS-9.1-03")]
    public void Without_answer_there_is_no_compression()
    {
        Assert.True(DeflateOffer.TryAccept([], new DeflateParameters(), out DeflateParameters? agreed, out ProtocolRule? broken));
        Assert.Null(agreed);
        Assert.Null(broken);
    }

    [Theory]
    [InlineData("permessage-deflate")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=12")]
    [InlineData("permessage-deflate; client_max_window_bits")]
    public void What_is_written_is_what_was_read(string offer) =>
        Assert.Equal(offer, DeflateParameters.ReadOffer(Extension.ReadList([offer])![0])!.ToString());

    private static string? Answer(string offer, DeflatePolicy policy) => DeflateOffer.Answer(Extension.ReadList([offer])!, policy)?.ToString();

    private static DeflateParameters Accepted(string reply, DeflateParameters offer)
    {
        Assert.True(DeflateOffer.TryAccept(Extension.ReadList([reply])!, offer, out DeflateParameters? agreed, out _));
        return agreed!;
    }

    private static void Refused(string reply, DeflateParameters offer, ProtocolRule rule)
    {
        Assert.False(DeflateOffer.TryAccept(Extension.ReadList([reply])!, offer, out DeflateParameters? agreed, out ProtocolRule? broken));
        Assert.Null(agreed);
        Assert.Same(rule, broken);
    }
}
