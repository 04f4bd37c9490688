using System.Net;
using Microsoft.Extensions.Logging;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>What the server says to its log.</summary>
internal sealed partial class ServerLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}")]
    public partial void Listening(EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Information, "Draining {Connections} connections within {Window}")]
    public partial void Draining(int connections, TimeSpan window);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    public partial void Stopped();

    [LoggerMessage(4, LogLevel.Debug, "Connection from {Peer} ended: {End} after {Requests} requests")]
    public partial void ConnectionEnded(EndPoint? peer, ConnectionEnd end, long requests);

    [LoggerMessage(5, LogLevel.Information, "Refused {Peer} with {Code}: {Rule}")]
    public partial void Refused(EndPoint? peer, int code, ProtocolRule rule);

    [LoggerMessage(6, LogLevel.Error, "The handler failed at {Method} {Target}")]
    public partial void HandlerFailed(string method, string target, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "A connection failed unexpectedly")]
    public partial void ConnectionFailed(Exception exception);

    [LoggerMessage(8, LogLevel.Error, "Listening on {EndPoint} failed")]
    public partial void ListenerFailed(EndPoint endPoint, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "{Connections} connections were left behind: their handlers did not end when they were aborted")]
    public partial void LeftBehind(int connections);

    [LoggerMessage(10, LogLevel.Error, "What was registered with Draining failed")]
    public partial void DrainingHandlerFailed(Exception exception);
}
