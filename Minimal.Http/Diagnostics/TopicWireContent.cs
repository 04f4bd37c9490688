namespace Minimal.Http.Diagnostics;

/// <summary>Reads the records of topics: lines of <c>application/x-ndjson</c>.</summary>
public sealed class TopicWireContent : WireContent
{
}
