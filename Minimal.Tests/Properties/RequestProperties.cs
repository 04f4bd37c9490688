using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.Tests.Testing;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>Reads a request out of segments; ours, or one with a planted fault.</summary>
internal delegate RequestReader ReadRequest(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace? trace);

/// <summary>What holds for a parser of requests. Each throws when it does not.</summary>
internal static class RequestProperties
{
    /// <summary>A valid request is read to its last byte, each span under its name, and nothing of it is lost.</summary>
    public static void ReadsAsMeant(ReadRequest read, HttpRequestModel request)
    {
        var trace = new RecordingTrace();
        RequestReader reader = read([request.ToBytes()], trace);
        Assert.Equal((ParseStatus.Complete, null), (reader.Status, reader.Broken));
        Assert.Equal(request.ToBytes().Length, reader.Used);
        Assert.Equal((request.Method, request.Target), (reader.Head!.Method, reader.Head.Target));
        Assert.Equal(request.Fields.Select(field => new HttpField(field.Name, field.Value)), reader.Head.Fields);
        Assert.Equal(request.Body.Content, reader.Content);
        Assert.Equal(WirePiece.Marks(request.Pieces()), trace.Marks);
    }

    /// <summary>
    /// A nearly valid request is refused with a rule, or it is valid all the same and read as the grammar says; what the catalogue of
    /// mutations says to be wrong is refused.
    /// </summary>
    public static void RefusesOrReadsAsTheGrammar(ReadRequest read, Mutant<HttpRequestModel> mutant)
    {
        byte[] bytes = mutant.ToBytes();
        RequestReader reader = read([bytes], null);
        Assert.Equal(reader.Status == ParseStatus.Invalid, reader.Broken is not null);
        if (mutant.IsRefused) Assert.Equal(ParseStatus.Invalid, reader.Status);
        if (reader.Status != ParseStatus.Complete)
        {
            Assert.False(IsValid(bytes), $"refused although it is valid: {reader.Broken}");
            return;
        }

        ReferenceMessage meant = ReferenceMessage.ReadRequest(bytes[..(int)reader.Used]);
        Assert.Equal(meant.Fields, reader.Head!.Fields.Select(field => (field.Name, field.Value)));
        Assert.Equal(meant.Content, reader.Content);
    }

    /// <summary>The answer, and each span, is the same at every split.</summary>
    public static void IsSplitInvariant(ReadRequest read, byte[] bytes) => Splits.Run(bytes, segments => Describe(read, segments));

    /// <summary>Whatever comes, there is one of three answers, a rule with the third, and spans of the input and nothing else.</summary>
    public static void IsTotal(ReadRequest read, byte[] bytes, Segmentation segmentation)
    {
        var trace = new RecordingTrace();
        RequestReader reader = read(segmentation.Cut(bytes).Segments, trace);
        Assert.InRange(reader.Used, 0, bytes.Length);
        Assert.Equal(reader.Status == ParseStatus.Invalid, reader.Broken is not null);
        trace.CheckBegins(bytes);
        if (reader.Status == ParseStatus.Complete) trace.CheckCovers(bytes.AsSpan(0, (int)reader.Used));
    }

    /// <summary>Status, rule, length, content and spans as one text.</summary>
    public static string Describe(ReadRequest read, IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        var trace = new RecordingTrace();
        return $"{read(segments, trace)}\n{trace}";
    }

    private static bool IsValid(byte[] bytes)
    {
        try
        {
            ReferenceMessage.ReadRequest(bytes);
            return true;
        }
        catch (Exception wrong) when (wrong is CheckFailedException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
