#include "sim/rc.h"

#include <assert.h>

__extension__ typedef unsigned __int128 u128;

enum { ONE_BIT = 62, HIGHEST_POWER = 4, POWERS = 37 };
#define ONE_Q62 (1ull << ONE_BIT)

// exp(-2^k) for k = 4 down to -32, in Q62: a product of some of these is exp(-x) for every x in Q32
// below 32, and picking factors while the product stays large enough is the logarithm.
static const uint64_t exp_neg_power[POWERS] = {
    518976891834u,        1547048310802923u,    84465975781740359u,   624123833502197200u,
    1696544475317221319u, 2797128963144291325u, 3591584682430698961u, 4069798626954855183u,
    4332278087304955805u, 4469799356029710115u, 4540188453729421605u, 4575797593107614195u,
    4593706758521714574u, 4602687609541841169u, 4607184617107619806u, 4609434768280048980u,
    4610560255948314624u, 4611123102832306901u, 4611404552040437080u, 4611545283086494379u,
    4611615650220078421u, 4611650834189516459u, 4611668426274897877u, 4611677222342754299u,
    4611681620382973951u, 4611683819404656640u, 4611684918915891200u, 4611685468671606784u,
    4611685743549489152u, 4611685880988436480u, 4611685949707911680u, 4611685984067649664u,
    4611686001247518752u, 4611686009837453320u, 4611686014132420610u, 4611686016279904256u,
    4611686017353646080u,
};

static uint64_t mul_q62(uint64_t a, uint64_t b)
{
    return (uint64_t)(((u128)a * b) >> ONE_BIT);
}

/// exp(-x) in Q62; 0 beyond x = 32, where it is below 2^-46.
static uint64_t exp_neg_q62(uint64_t x_q32)
{
    if (x_q32 >> (HIGHEST_POWER + 1 + 32) != 0)
        return 0;
    uint64_t product = ONE_Q62;
    for (unsigned i = 0; i < POWERS; i++)
        if (x_q32 >> (POWERS - 1 - i) & 1u)
            product = mul_q62(product, exp_neg_power[i]);
    return product;
}

/// The largest x in Q32 with exp(-x) still at or above `y`, for y in (0, 1].
static uint64_t ln_inverse_q32(uint64_t y_q62)
{
    assert(y_q62 > 0);
    uint64_t product = ONE_Q62;
    uint64_t x_q32 = 0;
    for (unsigned i = 0; i < POWERS; i++) {
        const uint64_t next = mul_q62(product, exp_neg_power[i]);
        if (next >= y_q62) {
            product = next;
            x_q32 |= 1ull << (POWERS - 1 - i);
        }
    }
    return x_q32;
}

uint64_t i2c_rc_rise_ps(uint64_t rc_ps, unsigned threshold)
{
    // ln(1/0.7), ln 2, ln(1/0.3) in Q32.
    static const uint64_t ln_q32[] = {1531907220u, 2977044472u, 5171023820u};
    assert(threshold < sizeof ln_q32 / sizeof ln_q32[0]);
    assert(rc_ps < 1ull << 31);
    const uint64_t product = rc_ps * ln_q32[threshold];
    return (product >> 32) + ((product & 0xFFFFFFFFu) != 0);
}

uint64_t i2c_rc_voltage_q32(uint64_t rc_ps, uint64_t elapsed_ps)
{
    assert(rc_ps > 0 && rc_ps < 1ull << 31);
    if (elapsed_ps / rc_ps >= 32)
        return I2C_RC_ONE_Q32 - 1;
    const uint64_t x_q32 = (uint64_t)(((u128)elapsed_ps << 32) / rc_ps);
    const uint64_t left_q62 = exp_neg_q62(x_q32);
    const uint64_t left_q32 = (left_q62 >> 30) + ((left_q62 & 0x3FFFFFFFu) != 0);
    return left_q32 >= I2C_RC_ONE_Q32 ? 0 : I2C_RC_ONE_Q32 - left_q32;
}

uint64_t i2c_rc_elapsed_ps(uint64_t rc_ps, uint64_t voltage_q32)
{
    assert(voltage_q32 < I2C_RC_ONE_Q32);
    const uint64_t x_q32 = ln_inverse_q32((I2C_RC_ONE_Q32 - voltage_q32) << 30);
    const u128 product = (u128)rc_ps * x_q32;
    return (uint64_t)(product >> 32) + (((uint64_t)product & 0xFFFFFFFFu) != 0);
}

uint64_t i2c_rc_threshold_q32(unsigned threshold)
{
    static const uint64_t share_q32[] = {1288490189u, 2147483648u, 3006477107u};
    assert(threshold < sizeof share_q32 / sizeof share_q32[0]);
    return share_q32[threshold];
}
