using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace NSwag.Generated;

/// <summary>What has to be added to the code that NSwag writes.</summary>
public partial class NSwagClient
{
    private static readonly string[] Completed = ["stop", "cont", "reset", "powerdown", "wakeup", "quit"];

    // NSwag knows one type of success for an operation, and throws at the 204 of these, which have an event or nothing: an event without members
    // stands for nothing.
    [SuppressMessage("Performance", "CA1822", Justification = "It is declared by the other part.")]
    partial void ProcessResponse(HttpClient client, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.NoContent && Completed.Contains(response.RequestMessage!.RequestUri!.Segments[^1]))
        {
            response.StatusCode = HttpStatusCode.OK;
            response.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }
    }
}
