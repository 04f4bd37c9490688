using System.Net;
using Microsoft.Extensions.Logging;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>What the server says to its log.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Information, "Draining {Connections} connections within {Window}")]
    public static partial void Draining(ILogger logger, int connections, TimeSpan window);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(4, LogLevel.Debug, "Connection from {Peer} ended: {End} after {Requests} requests")]
    public static partial void ConnectionEnded(ILogger logger, EndPoint? peer, ConnectionEnd end, long requests);

    [LoggerMessage(5, LogLevel.Information, "Refused {Peer} with {Code}: {Rule}")]
    public static partial void Refused(ILogger logger, EndPoint? peer, int code, ProtocolRule rule);

    [LoggerMessage(6, LogLevel.Error, "The handler failed at {Method} {Target}")]
    public static partial void HandlerFailed(ILogger logger, string method, string target, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "A connection failed unexpectedly")]
    public static partial void ConnectionFailed(ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "Listening on {EndPoint} failed")]
    public static partial void ListenerFailed(ILogger logger, EndPoint endPoint, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "{Connections} connections were left behind: their handlers did not end when they were aborted")]
    public static partial void LeftBehind(ILogger logger, int connections);

    [LoggerMessage(10, LogLevel.Error, "What was registered with Draining failed")]
    public static partial void DrainingHandlerFailed(ILogger logger, Exception exception);
}
