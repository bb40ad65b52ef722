using System.Reflection;
using System.Text;
using Gateway.Tests.OpenApi;
using QmpGateway.Client;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Packages;

/// <summary>What the packages offer is under review: it changes together with a file that says so.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Offered = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData(typeof(QmpGateway.Qmp.QmpClient), "Qmp")]
    [InlineData(typeof(Vm), "Gateway.Contracts")]
    [InlineData(typeof(GatewayClient), "Gateway.Client")]
    public async Task It_is_what_the_file_says(Type one, string project)
    {
        var now = Describe(one.Assembly);
        var file = Repository.PathOf($"src/{project}/PublicAPI.txt");
        if (Environment.GetEnvironmentVariable("PUBLIC_API_UPDATE") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(file, now);
        }

        Assert.True(now == await File.ReadAllTextAsync(file), $"{file} is not what is public now: review the change, and run the test with PUBLIC_API_UPDATE=1");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append(type.BaseType is { } parent && parent != typeof(object) ? $" : {parent}" : "").Append('\n');
            // What the compiler makes of a record goes with its members.
            foreach (var member in type.GetMembers(Offered).Where(static member => member is not MethodBase { IsSpecialName: true } or ConstructorInfo)
                .Where(static member => !member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))
                .Select(static member => member.ToString()!).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }
}
