# shellcheck shell=sh disable=SC2034
# Sourced by ramtracker and mvnw: finds a JDK by reading the `release` file that every JDK carries, which is some
# hundred times faster than asking `java -version`. No process is started unless `java` on the PATH has to be resolved.

# Earlier 25s may move pinned objects under G1: JDK-8377811.
jdk_wanted=25.0.3

# The version of the JDK in directory $1 goes to jdk_version, empty if there is no JDK.
jdk_read_version() {
  jdk_version=
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
    case $jdk_line in
    JAVA_VERSION=*)
      jdk_version=${jdk_line#JAVA_VERSION=}
      jdk_version=${jdk_version#\"}
      jdk_version=${jdk_version%\"}
      ;;
    esac
  done <"$1/release"
}

# Whether version $1 is at least version $2, both in the form of 25.0.3; an -ea counts as its release.
jdk_at_least() {
  jdk_have=${1%%[!0-9.]*}.
  jdk_need=$2.
  while [ -n "$jdk_need" ]; do
    jdk_have_part=${jdk_have%%.*}
    jdk_need_part=${jdk_need%%.*}
    [ "${jdk_have_part:-0}" -le "$jdk_need_part" ] || return 0
    [ "${jdk_have_part:-0}" -ge "$jdk_need_part" ] || return 1
    jdk_have=${jdk_have#*.}
    jdk_need=${jdk_need#*.}
  done
}

# Takes directory $1 as the JDK if it is new enough; else remembers in jdk_refused what was wrong with it.
jdk_try() {
  jdk_read_version "$1"
  [ -n "$jdk_version" ] || return 1
  if jdk_at_least "$jdk_version" "$jdk_wanted"; then
    jdk_home=$1
    return 0
  fi
  # The same JDK under a second name is no news.
  [ -h "$1" ] || case $jdk_refused in
  *"
  $1 is "*) ;;
  *) jdk_refused="$jdk_refused
  $1 is $jdk_version" ;;
  esac
  return 1
}

# Sets jdk_home to a JDK that is new enough, or fails with jdk_refused listing those that are not.
jdk_find() {
  jdk_home=
  jdk_refused=
  if [ -n "${JAVA_HOME-}" ] && jdk_try "$JAVA_HOME"; then return 0; fi
  if jdk_java=$(command -v java) && jdk_java=$(readlink -f -- "$jdk_java") && jdk_try "${jdk_java%/bin/java}"; then
    return 0
  fi
  for jdk_dir in /usr/lib/jvm/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /opt/* /usr/java/*; do
    if jdk_try "$jdk_dir"; then return 0; fi
  done
  return 1
}
