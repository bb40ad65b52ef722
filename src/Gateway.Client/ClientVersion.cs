using System.Net.Http.Headers;
using System.Reflection;

namespace QmpGateway.Client;

/// <summary>The client's name and version.</summary>
internal static class ClientVersion
{
    /// <summary>The value of <c>User-Agent</c>, such as <c>QmpGateway.Client/0.9.0</c>.</summary>
    public static ProductInfoHeaderValue UserAgent { get; } = new(
        "QmpGateway.Client", typeof(ClientVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
}
