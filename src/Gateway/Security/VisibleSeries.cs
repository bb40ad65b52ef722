using System.Text;
using System.Text.RegularExpressions;
using Gateway.Access;

namespace Gateway.Security;

/// <summary>
/// Filters the metrics for callers who may not see all VMs. Series without the label <c>vm</c> are left out, because they include other VMs.
/// </summary>
internal sealed partial class VisibleSeries(RequestDelegate next)
{
    private const string Build = "qmp_gateway_build_info{";

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ScrapedAttribute>() is not null && context.User.Access().Grants is var grants && !grants.AllowEverywhere(Role.Viewer) ? ShowAsync(context, grants) : next(context);

    /// <summary>Returns the lines of a text in Prometheus format that belong to VMs that the caller can see.</summary>
    internal static string Of(string text, Grants grants)
    {
        var shown = new StringBuilder();
        var family = new StringBuilder();
        var isInside = false;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line == "# EOF")
            {
                shown.Append(line).Append('\n');
            }
            else if (line.StartsWith('#'))
            {
                // HELP and TYPE precede the series of a family. They are written with its first visible series.
                family = isInside ? family.Clear() : family;
                family.Append(line).Append('\n');
                isInside = false;
            }
            else
            {
                isInside = true;
                if (line.StartsWith(Build, StringComparison.Ordinal) || (VmOf(line) is { } vm && grants.Sees(vm)))
                {
                    shown.Append(family).Append(line).Append('\n');
                    family.Clear();
                }
            }
        }

        return shown.ToString();
    }

    private async Task ShowAsync(HttpContext context, Grants grants)
    {
        var response = context.Response;
        var body = response.Body;
        using var whole = new MemoryStream();
        response.Body = whole;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = body;
        }

        var text = Encoding.UTF8.GetString(whole.GetBuffer(), 0, (int)whole.Length);
        var shown = Encoding.UTF8.GetBytes(response.StatusCode == StatusCodes.Status200OK ? Of(text, grants) : text);
        response.ContentLength = shown.Length;
        await response.Body.WriteAsync(shown);
    }

    // Reads label by label, because the value of another label may contain text that looks like a label.
    private static string? VmOf(string series)
    {
        var start = series.IndexOf('{');
        for (var label = start < 0 ? Match.Empty : Label().Match(series, start); label.Success; label = label.NextMatch())
        {
            if (label.Groups[1].ValueSpan is "vm")
            {
                return label.Groups[2].Value;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\G[{,](\w+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();
}

/// <summary>Marks the route of the metrics. Its path cannot identify it, because routing also accepts <c>/metrics/</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ScrapedAttribute : Attribute;
