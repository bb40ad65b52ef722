using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace Gateway.Requests.Binding;

/// <summary>
/// Turns off model validation: the code that reads bodies and parameters checks them, and reports all faults together. The framework's validator visits every
/// bound object and everything that it refers to. For a VM, this took longer than the request itself.
/// </summary>
internal sealed class NoValidation : IObjectModelValidator
{
    public void Validate(ActionContext actionContext, ValidationStateDictionary? validationState, string prefix, object? model)
    {
        foreach (var value in actionContext.ModelState.Values)
        {
            if (value.ValidationState == ModelValidationState.Unvalidated)
            {
                value.ValidationState = ModelValidationState.Skipped;
            }
        }
    }
}
