using QmpGateway.Client;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Packages;

/// <summary>References run one way: <c>Qmp &lt;- Gateway -&gt; Contracts &lt;- Client</c>.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Own = ["QmpGateway.Qmp", "Gateway", "QmpGateway.Contracts", "QmpGateway.Client"];

    [Theory]
    [InlineData(typeof(QmpGateway.Qmp.QmpClient))]
    [InlineData(typeof(Vm))]
    [InlineData(typeof(GatewayClient), "QmpGateway.Contracts")]
    [InlineData(typeof(Gateway.Vms.IVm), "QmpGateway.Qmp", "QmpGateway.Contracts")]
    public void An_assembly_refers_to_these_of_the_project_and_to_no_other(Type one, params string[] others) =>
        Assert.Equal(others.Order(), one.Assembly.GetReferencedAssemblies().Select(static name => name.Name).Intersect(Own).Order());
}
