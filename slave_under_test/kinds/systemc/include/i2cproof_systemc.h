// What a SystemC slave can tell about its application. A module that has none needs none of it; one
// that derives from i2cproof::application is the same module in any other simulation.
#ifndef I2CPROOF_SYSTEMC_H
#define I2CPROOF_SYSTEMC_H

#include <cstdint>
#include <initializer_list>
#include <string>

namespace i2cproof
{

class application
{
  public:
    /// Told of a call; `args` live during it.
    using listener = void (*)(void *ctx, const char *function, const int64_t *args, unsigned count);

    virtual ~application() = default;
    /// A scenario's `call FUNCTION(ARGS)`. False: there is no such function.
    virtual bool call(const std::string &function, const int64_t *args, unsigned count)
    {
        (void)function, (void)args, (void)count;
        return false;
    }
    void listen(listener told, void *ctx)
    {
        m_told = told;
        m_ctx = ctx;
    }

  protected:
    /// Says that the application was given something: a scenario's `expect calls`.
    void called(const char *function, std::initializer_list<int64_t> args)
    {
        if (m_told != nullptr)
            m_told(m_ctx, function, args.begin(), static_cast<unsigned>(args.size()));
    }

  private:
    listener m_told = nullptr;
    void *m_ctx = nullptr;
};

} // namespace i2cproof

#endif
