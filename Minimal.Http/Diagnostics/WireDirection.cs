namespace Minimal.Http.Diagnostics;

/// <summary>Which way bytes go.</summary>
public enum WireDirection
{
    /// <summary>From the client to the server; <c>&gt;</c> in a listing.</summary>
    FromClient,

    /// <summary>From the server to the client; <c>&lt;</c> in a listing.</summary>
    FromServer,
}
