"""All exercises, chapter by chapter, in the order of the pages."""

from vaecore.exercises.adam import algorithm, epochs, update
from vaecore.exercises.adam import by_hand as adam_by_hand
from vaecore.exercises.autoencoders import (
    contraction,
    denoising,
    loneliest_place,
    pca,
)
from vaecore.exercises.autoencoders import (
    statements as autoencoders_statements,
)
from vaecore.exercises.beyond_the_lab import (
    beta_vae,
    fixed_variance,
    gaussian_decoder,
    half_way,
    latent_arithmetic,
)
from vaecore.exercises.beyond_the_lab import (
    statements as beyond_the_lab_statements,
)
from vaecore.exercises.elbo import gap, identities, jensen, loss, monte_carlo
from vaecore.exercises.elbo import statements as elbo_statements
from vaecore.exercises.from_pca_to_vae import probabilistic_pca, summary, turned_axes
from vaecore.exercises.kl import closed_form, discrete, sampled, two_estimators, two_gaussians
from vaecore.exercises.latent_variable_models import (
    discrete_world,
    gaussian_output,
    new_points,
    two_networks,
)
from vaecore.exercises.latent_variable_models import (
    statements as latent_variable_models_statements,
)
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.questions import QuestionExercise
from vaecore.exercises.mnist_lab import (
    below_the_likelihood,
    bernoulli,
    comparing_numbers,
    importance_weighting,
    interpolation,
    lower_bound,
    prior_samples,
    reconstructions,
    sampled_gradient,
)
from vaecore.exercises.reparameterization import (
    by_hand as reparameterization_by_hand,
)
from vaecore.exercises.reparameterization import (
    change_of_variables,
    gradient_estimators,
    sample,
    sampling_step,
)
from vaecore.exercises.reparameterization import (
    statements as reparameterization_statements,
)

BOOK_ORDER: tuple[CodeExercise | QuestionExercise, ...] = (
    # 1. autoencoders
    pca.S_PCA,
    pca.C1_LEFT_OUT,
    loneliest_place.S_GAP,
    denoising.X_1D,
    contraction.X_1C,
    autoencoders_statements.X_1,
    # 2. latent_variable_models
    discrete_world.C2_COIN,
    discrete_world.C2_TINY,
    two_networks.P_2B,
    two_networks.P_2BN,
    gaussian_output.S_SIGMA,
    new_points.P_2C,
    new_points.P_2CR,
    latent_variable_models_statements.X_2,
    # 3. elbo
    identities.P_1A,
    identities.P_1B,
    identities.P_1C,
    jensen.S_ELBO,
    gap.C3_BEST_Q,
    elbo_statements.X_3,
    loss.X_3C,
    elbo_statements.X_8,
    gap.S_TIGHT,
    loss.P_2A,
    monte_carlo.P_2AC,
    # 4. reparameterization
    gradient_estimators.P_2D,
    gradient_estimators.P_2DC,
    change_of_variables.S_REP_ORDER,
    change_of_variables.S_REP,
    reparameterization_statements.X_6,
    sampling_step.X_6C,
    sample.L_SAMPLE,
    reparameterization_by_hand.X_7A,
    reparameterization_by_hand.X_7B,
    # 5. kl
    discrete.X_4,
    discrete.X_5,
    discrete.X_5N,
    two_gaussians.C5_DIRECTION,
    closed_form.S_KL,
    sampled.C5_SAMPLED_KL,
    closed_form.L_KL,
    two_gaussians.C5_TWO_GAUSSIANS,
    two_estimators.S_SGVB_B,
    # 6. adam
    adam_by_hand.C6_TWO_STEPS,
    adam_by_hand.C6_BIAS,
    update.C6_STEP,
    adam_by_hand.C6_SIGNS,
    algorithm.L_ADAM,
    epochs.C6_EPOCHS,
    adam_by_hand.C6_EPSILON,
    # 7. mnist_lab
    bernoulli.L_BERN,
    lower_bound.L_BOUND,
    prior_samples.L_31,
    reconstructions.L_32,
    interpolation.L_33,
    importance_weighting.WEIGHTS,
    sampled_gradient.ONE_OF_K,
    below_the_likelihood.BELOW,
    comparing_numbers.C7_NUMBER,
    comparing_numbers.C7_UNITS,
    # 8. beyond_the_lab
    gaussian_decoder.S_GAUSS,
    gaussian_decoder.S_MIRROR,
    fixed_variance.BEST_STD,
    beyond_the_lab_statements.X_9,
    beta_vae.RATE,
    beta_vae.GAP,
    half_way.HALVES,
    latent_arithmetic.S_ARITH,
    # 9. from_pca_to_vae
    summary.S_END,
    probabilistic_pca.C9_ENCODER,
    turned_axes.C9_AXES,
    summary.C9_GAN,
)
