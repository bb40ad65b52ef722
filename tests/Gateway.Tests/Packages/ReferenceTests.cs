using Gateway.Client;
using Gateway.Contracts;
using Xunit;

namespace Gateway.Tests.Packages;

/// <summary>References run one way: <c>Qmp &lt;- Gateway -&gt; Contracts &lt;- Client</c>.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Own = ["Qmp", "Gateway", "Gateway.Contracts", "Gateway.Client"];

    [Theory]
    [InlineData(typeof(Qmp.QmpClient))]
    [InlineData(typeof(Vm))]
    [InlineData(typeof(GatewayClient), "Gateway.Contracts")]
    [InlineData(typeof(Gateway.Vms.IVm), "Qmp", "Gateway.Contracts")]
    public void An_assembly_refers_to_these_of_the_project_and_to_no_other(Type one, params string[] others) =>
        Assert.Equal(others.Order(), one.Assembly.GetReferencedAssemblies().Select(static name => name.Name).Intersect(Own).Order());
}
