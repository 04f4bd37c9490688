using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>What a head says of what comes behind it.</summary>
/// <param name="Exchange">The request, and the response if the head is one.</param>
/// <param name="Framing">Where the body ends.</param>
internal readonly record struct HeadMeaning(WireExchange Exchange, BodyFraming Framing);
